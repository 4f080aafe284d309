import { setTimeout } from 'node:timers/promises'

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export const systemSleep: Sleep = async (ms, signal) => {
  signal.throwIfAborted()
  try {
    await setTimeout(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

export interface PollOptions {
  readonly signal: AbortSignal
  /** Pause after the first probe; each later pause is 1.3 times as long, up to `maxIntervalMs`. */
  readonly intervalMs: number
  readonly maxIntervalMs?: number
  /** So many pauses stay as short as the first. */
  readonly shortPauses?: number
  readonly sleep?: Sleep
}

/** Calls `probe` until it gives a value. Throws what `probe` throws, or the signal's reason. */
export async function poll<T>(
  probe: () => Promise<T | undefined>,
  { signal, intervalMs, maxIntervalMs = intervalMs, shortPauses = 1, sleep = systemSleep }: PollOptions
): Promise<T> {
  let pauseMs = intervalMs
  for (let pauses = 0; ; pauses++) {
    signal.throwIfAborted()
    const value = await probe()
    if (value !== undefined) return value
    if (pauses >= shortPauses) pauseMs = Math.min(pauseMs * 1.3, maxIntervalMs)
    await sleep(pauseMs, signal)
  }
}
