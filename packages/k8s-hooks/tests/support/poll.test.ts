import { describe, expect, it } from '@jest/globals'
import { poll, systemSleep } from '../../src/support/poll.ts'

describe('poll', () => {
  it('asks until there is a value, each pause 1.3 times as long up to the longest', async () => {
    const pauses: number[] = []
    const answers = [undefined, undefined, undefined, undefined, 'ready']
    const value = await poll(() => Promise.resolve(answers.shift()), {
      signal: new AbortController().signal,
      intervalMs: 100,
      maxIntervalMs: 160,
      sleep: ms => Promise.resolve(void pauses.push(Math.round(ms)))
    })
    expect(value).toBe('ready')
    expect(pauses).toEqual([100, 130, 160, 160])
  })

  it('keeps the pause when no longest is given', async () => {
    const pauses: number[] = []
    const answers = [undefined, undefined, 'ready']
    await poll(() => Promise.resolve(answers.shift()), {
      signal: new AbortController().signal,
      intervalMs: 100,
      sleep: ms => Promise.resolve(void pauses.push(ms))
    })
    expect(pauses).toEqual([100, 100])
  })

  it('keeps the first pause for as long as it is told', async () => {
    const pauses: number[] = []
    const answers = [undefined, undefined, undefined, undefined, 'ready']
    await poll(() => Promise.resolve(answers.shift()), {
      signal: new AbortController().signal,
      intervalMs: 100,
      shortPauses: 3,
      maxIntervalMs: 1000,
      sleep: ms => Promise.resolve(void pauses.push(ms))
    })
    expect(pauses).toEqual([100, 100, 100, 130])
  })

  it('throws what the probe throws', async () => {
    const probing = poll(() => Promise.reject(new Error('gone')), {
      signal: new AbortController().signal,
      intervalMs: 1
    })
    await expect(probing).rejects.toThrow('gone')
  })

  it('does not ask when the signal has aborted', async () => {
    const probing = poll(() => Promise.resolve('ready'), {
      signal: AbortSignal.abort(new Error('stop')),
      intervalMs: 1
    })
    await expect(probing).rejects.toThrow('stop')
  })
})

describe('systemSleep', () => {
  it('rejects with the reason of the signal, before and during the pause', async () => {
    await expect(systemSleep(1, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    const controller = new AbortController()
    const sleeping = systemSleep(3_600_000, controller.signal)
    controller.abort(new Error('during'))
    await expect(sleeping).rejects.toThrow('during')
  })
})
