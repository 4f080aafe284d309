import { type Sleep, systemSleep } from '../support/poll.ts'
import type { RegistryResponse, Send } from './http-transport.ts'
import { isRetryable, RegistryError } from './registry-error.ts'

export interface RetryOptions {
  readonly sleep?: Sleep
  /** Milliseconds of any epoch. */
  readonly now?: () => number
}

const budgetMs = 15_000
const firstPauseMs = 250

/** Asks again after 429, 5xx and broken connections, with doubled pauses, until 15 s have passed; then the last outcome stands. */
export function withRetry(send: Send, { sleep = systemSleep, now = () => performance.now() }: RetryOptions = {}): Send {
  return async request => {
    const endsAt = now() + budgetMs
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      const outcome = await attempt(send, request)
      const waitMs = Math.max(pauseMs, outcome.response === undefined ? 0 : retryAfterMs(outcome.response))
      if (outcome.isFinal || now() + waitMs > endsAt) {
        if (outcome.response === undefined) throw outcome.error
        return outcome.response
      }
      await sleep(waitMs, request.signal)
    }
  }
}

type Outcome =
  | { readonly isFinal: boolean; readonly response: RegistryResponse }
  | { readonly isFinal: false; readonly response: undefined; readonly error: RegistryError }

async function attempt(send: Send, request: Parameters<Send>[0]): Promise<Outcome> {
  try {
    const response = await send(request)
    return { isFinal: !isRetryable(response.status), response }
  } catch (error) {
    if (error instanceof RegistryError && error.retryable) return { isFinal: false, response: undefined, error }
    throw error
  }
}

function retryAfterMs({ headers }: RegistryResponse): number {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) ? seconds * 1000 : 0
}
