import { describe, expect, it } from '@jest/globals'
import { createStartPatience } from '../../src/kubernetes/start-patience.ts'

describe('the patience with a container that is being started', () => {
  it.each([
    'Internal error occurred: unable to upgrade connection: container not found ("job")',
    'unable to upgrade connection: pod does not exist',
    'rpc error: code = Unknown desc = container is in CONTAINER_CREATED state',
    'container is not created or running: container abc is stopped'
  ])('never ends while it is said that "%s"', reason => {
    let nowMs = 0
    const isTooMuch = createStartPatience(() => (nowMs += 60_000))
    expect(Array.from({ length: 20 }, () => isTooMuch(reason))).not.toContain(true)
  })

  it('ends when connections have broken six times, and for half a minute', () => {
    let nowMs = 0
    const isTooMuch = createStartPatience(() => nowMs)
    expect(Array.from({ length: 8 }, () => isTooMuch('cut'))).not.toContain(true)
    nowMs = 30_000
    expect(isTooMuch('cut')).toBe(true)
    const rare = createStartPatience(() => (nowMs += 60_000))
    expect(Array.from({ length: 6 }, () => rare('cut'))).toEqual([false, false, false, false, false, true])
  })
})
