import { describe, expect, it } from '@jest/globals'
import { PassThrough, type Writable } from 'node:stream'
import { drained } from '../../src/support/drained.ts'

describe('drained', () => {
  it('returns at once when the target takes more', async () => {
    await drained(new PassThrough(), new AbortController().signal)
  })

  it('returns at once when the target is closed or the signal has aborted', async () => {
    const closed = full()
    closed.destroy()
    await drained(closed, new AbortController().signal)
    await drained(full(), AbortSignal.abort())
  })

  it.each([
    { ending: 'the target drains', end: ({ target }: Scene) => void target.resume() },
    { ending: 'the target closes', end: ({ target }: Scene) => void target.destroy() },
    { ending: 'the target fails', end: ({ target }: Scene) => void target.destroy(new Error('EPIPE')) },
    { ending: 'the signal aborts', end: ({ controller }: Scene) => controller.abort() }
  ])('waits until $ending and leaves no listener', async ({ end }) => {
    const scene: Scene = { target: full(), controller: new AbortController() }
    const before = listenersOf(scene.target)
    let isOver = false
    const waiting = drained(scene.target, scene.controller.signal).then(() => (isOver = true))
    await new Promise(setImmediate)
    expect(isOver).toBe(false)
    end(scene)
    await waiting
    expect(listenersOf(scene.target)).toEqual(before)
  })
})

interface Scene {
  readonly target: PassThrough
  readonly controller: AbortController
}

function full(): PassThrough {
  const target = new PassThrough({ highWaterMark: 1 })
  target.on('error', () => undefined)
  target.write('more than it holds')
  return target
}

function listenersOf(target: Writable): readonly number[] {
  return ['drain', 'close', 'error'].map(event => target.listenerCount(event))
}
