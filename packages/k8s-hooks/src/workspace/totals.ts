import { SyncCut } from './sync-cut.ts'

/** What a sync moved. */
export interface Totals {
  /** Files, directories and links. */
  readonly files: number
  /** Contents of files. */
  readonly bytes: number
  readonly deleted: number
}

export interface Tally {
  readonly file: () => void
  readonly bytes: (count: number) => void
  readonly deletion: () => void
  readonly totals: () => Totals
}

export function createTally(): Tally {
  let files = 0
  let bytes = 0
  let deleted = 0
  return {
    file: () => void (files += 1),
    bytes: count => void (bytes += count),
    deletion: () => void (deleted += 1),
    totals: () => ({ files, bytes, deleted })
  }
}

/** Throws SyncCut when the other end counted differently: something got lost on the way. */
export function assertSameTotals(here: Totals, there: unknown): void {
  if (JSON.stringify(here) === JSON.stringify(there)) return
  throw new SyncCut(`The ends counted differently: ${JSON.stringify(here)} and ${JSON.stringify(there)}`)
}
