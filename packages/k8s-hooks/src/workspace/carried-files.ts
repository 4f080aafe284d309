import { hash } from 'node:crypto'
import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { readableOf, toBytePath, type BytePath } from './byte-path.ts'
import { openForReading, type OpenOptions } from './open-file.ts'
import { podRules } from './receiver.ts'
import type { TreeChanges } from './tree-changes.ts'
import { isDirectorySignature, isFileSignature, isSameContent, modeOf, settlesInMs, signatureOf } from './tree-entry.ts'

/** Changes that are few and small enough to travel in the text that begins a step: between two steps the runner makes no others as a rule. */
export interface CarriedFiles {
  readonly files: readonly CarriedFile[]
  readonly removed: readonly BytePath[]
}

export interface CarriedFile {
  readonly path: BytePath
  /** The pod has had another version of it. */
  readonly isReplacement: boolean
  /** Permission bits in the pod. */
  readonly mode: number
  readonly content: string
  /** Bytes of the content. */
  readonly size: number
  /** In hex. */
  readonly sha256: string
  /** What the baseline of the runner says of it once it has arrived. */
  readonly signature: string
}

const mostPaths = 32
/** Most of it is event.json, which the runner writes anew before each step (contract 3): a pull request's has some 30 kB. */
const mostBytes = 256 * 1024
/** RUNNER_TEMP: scripts and file commands of the step (contract 3). Here nobody asks for the time of a file, which a shell does not carry. */
const folder = '_temp/'

/** undefined unless all that changed are files of text below RUNNER_TEMP, and files there that have gone. */
export function carriedFilesOf(
  { changed, deleted }: TreeChanges,
  tree: OpenOptions & { readonly baseline: ReadonlyMap<BytePath, string> }
): CarriedFiles | undefined {
  if (changed.length + deleted.length > mostPaths) return undefined
  const { baseline } = tree
  if (deleted.some(path => !isBelow(path) || isDirectorySignature(baseline.get(path)))) return undefined
  const files: CarriedFile[] = []
  let bytesLeft = mostBytes
  for (const { path, kind } of changed) {
    const before = baseline.get(path)
    const isFit = kind === 'file' && isBelow(path) && (before === undefined || isFileSignature(before))
    const file = isFit ? readText(path, bytesLeft, tree) : undefined
    if (file === undefined) return undefined
    bytesLeft -= file.size
    files.push({ ...file, isReplacement: before !== undefined })
  }
  return { files, removed: deleted }
}

/** In a path, too, a shell's text holds no other bytes than those of UTF-8. */
const isBelow = (path: BytePath): boolean => path.startsWith(folder) && toBytePath(readableOf(path)) === path

/** undefined when it is longer, is no text that a shell can hold, was written this very moment or changes while it is read. */
function readText(path: BytePath, maxBytes: number, tree: OpenOptions): Omit<CarriedFile, 'isReplacement'> | undefined {
  const descriptor = openForReading(path, tree)
  if (descriptor === undefined) return undefined
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size > maxBytes || settlesInMs(stats, Date.now()) > 0) return undefined
    const bytes = readFileSync(descriptor)
    const content = bytes.toString('utf8')
    const mode = podRules.modeOf(path, 'file', modeOf(stats))
    const isText = !bytes.includes(0) && Buffer.from(content, 'utf8').equals(bytes)
    if (!isText || hasOtherBits(mode) || !isSameContent(stats, fstatSync(descriptor))) return undefined
    const sha256 = hash('sha256', bytes)
    return { path, mode, content, size: bytes.length, sha256, signature: signatureOf(stats, { settled: true }) }
  } finally {
    closeSync(descriptor)
  }
}

/** What a shell makes can be read and written, no more. */
const hasOtherBits = (mode: number): boolean => (mode & ~0o666) !== 0
