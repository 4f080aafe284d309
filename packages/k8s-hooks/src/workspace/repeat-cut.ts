import type { Sleep } from '../support/poll.ts'
import { SyncCut } from './sync-cut.ts'

export interface RepeatOptions {
  readonly signal: AbortSignal
  readonly sleep: Sleep
  /** Told about each cut that is followed by another attempt. */
  readonly onRepeat: (reason: string) => void
}

/** Milliseconds before the second, third and fourth attempt. */
const pausesMs = [100, 300, 1_000]

/** Does `attempt` again after a SyncCut, three times at most, and throws the last one. */
export async function repeatCut<T>(attempt: () => Promise<T>, { signal, sleep, onRepeat }: RepeatOptions): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof SyncCut)) throw error
      onRepeat(error.message)
      await sleep(pauseMs, signal)
    }
  }
  return await attempt()
}
