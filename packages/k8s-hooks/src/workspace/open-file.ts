import { constants, fstatSync, openSync, type Stats } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fsPathOf, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { settlesInMs } from './tree-entry.ts'

export interface OpenOptions {
  /** Absolute. */
  readonly root: BytePath
  readonly warn: (line: string) => void
}

/** A descriptor of a file, never through a link; undefined when there is no file any more, or none that we may read. */
export function openForReading(path: BytePath, { root, warn }: OpenOptions): number | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  try {
    return openSync(fsPathOf(joinBytePath(root, path)), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    const code = errorCodeOf(error) ?? ''
    if (code === 'EACCES' || code === 'EPERM') warn(`${readableOf(path)} cannot be read and was not copied.`)
    else if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(code)) throw error
    return undefined
  }
}

export interface SettledStats {
  readonly stats: Stats
  /** Whether any later write will show in the time stamps. */
  readonly isSettled: boolean
}

/** A file that was written this very moment could be written again without a new time stamp: a moment later it could not. */
export async function settledStatsOf(descriptor: number): Promise<SettledStats> {
  const first = fstatSync(descriptor)
  const waitMs = settlesInMs(first, Date.now())
  if (waitMs === 0) return { stats: first, isSettled: true }
  // Timers count whole milliseconds and may be a fraction early.
  await setTimeout(waitMs + 2)
  const stats = fstatSync(descriptor)
  return { stats, isSettled: settlesInMs(stats, Date.now()) === 0 }
}
