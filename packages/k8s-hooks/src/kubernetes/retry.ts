import { systemSleep, type Sleep } from '../support/poll.ts'

export interface RetryOptions {
  readonly signal: AbortSignal
  readonly sleep?: Sleep | undefined
  readonly maxAttempts?: number
}

/** What an attempt that may be made again reports; `retryAfterMs` is the server's own wish. */
export interface Transient {
  readonly transient: Error
  readonly retryAfterMs?: number | undefined
}

const firstPauseMs = 100
const longestPauseMs = 3_000
const longestRetryAfterMs = 30_000

/**
 * Makes `attempt` until it returns something that is not `Transient`, at most eight times (about ten seconds). Five failures in a row, which is what
 * the replacement of an API server behind its load balancer looks like, must end no job (actions/runner-container-hooks issues 332, 338).
 * Throws the last transient error after that, and at once what `attempt` throws.
 */
export async function retry<T>(
  attempt: (attemptNumber: number) => Promise<T | Transient>,
  { signal, sleep = systemSleep, maxAttempts = 8 }: RetryOptions
): Promise<T> {
  for (let number = 1; ; number++) {
    const outcome = await attempt(number)
    if (!isTransient(outcome)) return outcome
    if (number >= maxAttempts) throw outcome.transient
    const backoffMs = Math.min(firstPauseMs * 2 ** (number - 1), longestPauseMs)
    await sleep(Math.min(outcome.retryAfterMs ?? backoffMs, longestRetryAfterMs), signal)
  }
}

function isTransient(outcome: unknown): outcome is Transient {
  return typeof outcome === 'object' && outcome !== null && 'transient' in outcome
}
