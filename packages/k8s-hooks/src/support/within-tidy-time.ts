/** Five failures in a row of each of two verbs take eight seconds, and longer where the API server asks for longer pauses. */
const usualMs = 60_000
/** Of the 7.5 s that the runner leaves to a hook that it has cancelled (contract 1.10). */
const afterCancellationMs = 6_000

/**
 * Deletes what a step has made, whether it went well or was cancelled: `work` gets a signal of its own, with little time after a
 * cancellation, also one that comes while it is at work.
 */
export async function withinTidyTime<T>(
  cancellation: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  const abortAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(() => controller.abort(new Error(`not done within ${ms / 1000} s`)), ms)
  let timer = abortAfter(cancellation.aborted ? afterCancellationMs : usualMs)
  const hurry = (): void => {
    clearTimeout(timer)
    timer = abortAfter(afterCancellationMs)
  }
  cancellation.addEventListener('abort', hurry)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    cancellation.removeEventListener('abort', hurry)
  }
}
