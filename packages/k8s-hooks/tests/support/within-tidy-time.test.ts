import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { withinTidyTime } from '../../src/support/within-tidy-time.ts'

describe('withinTidyTime', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  const untilAborted = async (signal: AbortSignal): Promise<never> =>
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

  it.each([
    { when: 'never', cancelAfterMs: undefined, words: 'not done within 60 s', endsAtMs: 60_000 },
    { when: 'before', cancelAfterMs: 0, words: 'not done within 6 s', endsAtMs: 6_000 },
    { when: 'meanwhile', cancelAfterMs: 20_000, words: 'not done within 6 s', endsAtMs: 26_000 }
  ])('ends after $endsAtMs ms a work that is cancelled $when', async ({ cancelAfterMs, words, endsAtMs }) => {
    const controller = new AbortController()
    if (cancelAfterMs === 0) controller.abort()
    const startedAt = Date.now()
    const work = withinTidyTime(controller.signal, untilAborted).catch((error: unknown) => ({
      error,
      ms: Date.now() - startedAt
    }))
    if (cancelAfterMs !== undefined) setTimeout(() => controller.abort(), cancelAfterMs)
    await jest.advanceTimersByTimeAsync(100_000)
    expect(await work).toEqual({ error: new Error(words), ms: endsAtMs })
  })

  it('leaves no timer when the work is done', async () => {
    expect(await withinTidyTime(new AbortController().signal, () => Promise.resolve('done'))).toBe('done')
    expect(jest.getTimerCount()).toBe(0)
  })
})
