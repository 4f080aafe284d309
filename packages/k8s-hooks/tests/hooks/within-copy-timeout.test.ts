import { describe, expect, it } from '@jest/globals'
import { withinCopyTimeout } from '../../src/hooks/within-copy-timeout.ts'

const neverAborted = new AbortController().signal

/** Carries until it is told to stop. */
async function carryForever(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const stop = (): void => reject(new Error('cut off', { cause: signal.reason }))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
}

describe('withinCopyTimeout', () => {
  const limits = { settings: { copyTimeoutMs: 1 }, podName: 'p', signal: neverAborted }

  it('gives what was carried in time', async () => {
    const inTime = { ...limits, settings: { copyTimeoutMs: 3_600_000 } }
    expect(await withinCopyTimeout(inTime, () => Promise.resolve(42))).toBe(42)
  })

  it('stops when the time is over, and names pod, limit and setting', async () => {
    await expect(withinCopyTimeout(limits, carryForever)).rejects.toMatchObject({
      code: 'COPY_TIMEOUT',
      message: 'The files of the step were not carried between the runner and pod p within 0.001 s.',
      hint: 'ACTIONS_RUNNER_CONTAINER_HOOKS_COPY_TIMEOUT_SECONDS sets the limit.'
    })
  })

  it('throws what went wrong before that', async () => {
    const inTime = { ...limits, settings: { copyTimeoutMs: 3_600_000 } }
    await expect(withinCopyTimeout(inTime, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
  })

  it('is a cancellation, not a time-out, when the outer signal has aborted', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'))
    await expect(withinCopyTimeout({ ...limits, signal }, carryForever)).rejects.toThrow('cut off')
  })
})
