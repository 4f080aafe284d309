import type { Stats } from 'node:fs'
import { isBytePath, type BytePath } from './byte-path.ts'
import { SyncCut } from './sync-cut.ts'

export type EntryKind = 'file' | 'directory' | 'link'

/** One thing in a tree as it travels. Contents of a file follow it. */
export interface TreeEntry {
  readonly path: BytePath
  readonly kind: EntryKind
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number
  /** Bytes of a file when it was opened; the contents that follow may differ. */
  readonly size: number
  /** Seconds since the epoch, with fractions. */
  readonly mtime: number
  /** Text of a link, as its bytes; "" for others. */
  readonly target: BytePath
}

/** undefined for sockets, pipes and devices, which are not kept in step. */
export function kindOf(stats: Stats): EntryKind | undefined {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'link' : undefined
}

export const modeOf = (stats: Stats): number => stats.mode & 0o7777

export const mtimeOf = (stats: Stats): number => stats.mtimeMs / 1e3

/**
 * What has to stay the same for the thing to count as unchanged. Of a directory only its mode: what is in it is listed by itself.
 * A file or link counts as changed the next time (`settled` false) when it could be written again without a new time stamp.
 */
export function signatureOf(stats: Stats, { settled }: { readonly settled: boolean }): string {
  const mode = modeOf(stats).toString(8)
  if (stats.isDirectory()) return `d${mode}`
  const { size, mtimeMs, ctimeMs, ino } = stats
  // A baseline holds one for each file: what is joined is one string in memory, what is written as a template keeps its parts, four times as big.
  return [(stats.isFile() ? 'f' : 'l') + mode, size, mtimeMs, settled ? ctimeMs : 0, ino].join(' ')
}

export const isFileSignature = (signature: string): boolean => signature.startsWith('f')

export const isDirectorySignature = (signature: string | undefined): boolean => signature?.startsWith('d') === true

/** The kernel stamps times with its tick, which is at most 10 ms long; twice that is safe. */
const tickMs = 20

/** Milliseconds until a write certainly gets another time stamp than the one in `stats`; 0 when it does already. */
export function settlesInMs(stats: Stats, nowMs: number): number {
  const ageMs = nowMs - stats.ctimeMs
  return Math.min(Math.max(tickMs - ageMs, 0), tickMs)
}

/** ctime tells every change of content, time and mode. */
export const isSameContent = (before: Stats, after: Stats): boolean =>
  before.ctimeMs === after.ctimeMs && before.size === after.size

export const encodeEntry = (entry: TreeEntry): readonly unknown[] => [
  entry.path,
  entry.kind,
  entry.mode,
  entry.size,
  entry.mtime,
  entry.target
]

/** Reads what the other end sent; it is not trusted. Throws SyncCut. */
export function decodeEntry(value: unknown): TreeEntry {
  if (!Array.isArray(value)) throw new SyncCut('An entry is not a list')
  const [path, kind, mode, size, mtime, target] = value as readonly unknown[]
  const kinds: readonly unknown[] = ['file', 'directory', 'link']
  const sane =
    isBytePath(path) &&
    kinds.includes(kind) &&
    Number.isSafeInteger(mode) &&
    Number.isSafeInteger(size) &&
    Number.isFinite(mtime) &&
    isTarget(target, kind)
  if (!sane) throw new SyncCut(`An entry is not acceptable: ${JSON.stringify(value).slice(0, 300)}`)
  return {
    path,
    kind: kind as EntryKind,
    mode: Number(mode) & 0o7777,
    size: Number(size),
    mtime: Number(mtime),
    target
  }
}

const isTarget = (value: unknown, kind: unknown): value is BytePath =>
  typeof value === 'string' && (kind !== 'link' || /^[\x01-\xff]+$/.test(value))
