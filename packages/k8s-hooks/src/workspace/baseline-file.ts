import { statSync } from 'node:fs'
import { readBaseline, writeBaseline, type Baseline } from './baseline.ts'

/**
 * One baseline on disk. The copy after a step follows the one before it in the same process: what the first has left in memory serves the second,
 * unless another process has replaced the file meanwhile.
 */
export interface BaselineFile {
  /** undefined when there is none, or none that can be read. The caller may change what it gets: who fails on the way just leaves it. */
  readonly take: (file: string) => Baseline | undefined
  /** Hands back what is still as it was taken. */
  readonly keep: (file: string, baseline: Baseline) => void
  /** Replaces the file. */
  readonly write: (file: string, baseline: Baseline) => void
}

export function createBaselineFile(): BaselineFile {
  let kept: { readonly identity: string; readonly baseline: Baseline } | undefined
  const keep = (file: string, baseline: Baseline): void => {
    const identity = identityOf(file)
    kept = identity === undefined ? undefined : { identity, baseline }
  }
  return {
    take: file => {
      const known = kept
      kept = undefined
      return known !== undefined && known.identity === identityOf(file) ? known.baseline : readBaseline(file)
    },
    keep,
    write: (file, baseline) => {
      writeBaseline(file, baseline)
      keep(file, baseline)
    }
  }
}

/** The file is only ever replaced, by a rename. */
function identityOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? undefined : [file, stats.dev, stats.ino, stats.size, stats.ctimeMs].join(' ')
}
