import { mostCutsInARow } from '../kubernetes/cut-limit.ts'
import type { Sleep } from '../support/poll.ts'
import { SyncCut } from './sync-cut.ts'

export interface RepeatOptions {
  readonly signal: AbortSignal
  readonly sleep: Sleep
  /** Told about each cut that is followed by another attempt. */
  readonly onRepeat: (reason: string) => void
}

const firstPauseMs = 100

/** Does `attempt` again after a SyncCut, `mostCutsInARow` times at most with ever longer pauses, and throws the last one. */
export async function repeatCut<T>(attempt: () => Promise<T>, { signal, sleep, onRepeat }: RepeatOptions): Promise<T> {
  for (let cuts = 0; cuts < mostCutsInARow; cuts++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof SyncCut)) throw error
      onRepeat(error.message)
      await sleep(firstPauseMs * 2 ** cuts, signal)
    }
  }
  return await attempt()
}
