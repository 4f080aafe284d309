import { setTimeout as sleep } from 'node:timers/promises'

export interface PollOptions {
  readonly signal: AbortSignal
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Ends the error's sentence "… was not reached within 60 s". */
  readonly what: string
}

export class TimedOut extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TimedOut'
  }
}

/**
 * Asks `probe` until it answers something.
 * @throws TimedOut when that takes longer than `timeoutMs`; whatever `probe` throws
 */
export async function poll<T>(probe: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const endMs = Date.now() + options.timeoutMs
  for (;;) {
    options.signal.throwIfAborted()
    const value = await probe()
    if (value !== undefined) return value
    if (Date.now() > endMs) throw new TimedOut(`${options.what} was not reached within ${options.timeoutMs / 1000} s.`)
    await sleep(options.intervalMs, undefined, { signal: options.signal })
  }
}
