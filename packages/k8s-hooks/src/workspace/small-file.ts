import { hash } from 'node:crypto'
import { closeSync, fstatSync, readSync, type Stats } from 'node:fs'
import type { BytePath } from './byte-path.ts'
import type { Frame } from './frame.ts'
import { maxInPlaceBytes } from './frame-writer.ts'
import { openForReading } from './open-file.ts'
import type { Sender } from './send-changes.ts'
import { SyncCut } from './sync-cut.ts'
import type { Tally } from './totals.ts'
import {
  decodeEntry,
  encodeEntry,
  isSameContent,
  modeOf,
  mtimeOf,
  settlesInMs,
  signatureOf,
  type TreeEntry
} from './tree-entry.ts'

/** Longest content that travels in one frame with its entry: most files of a source tree are shorter. */
const smallFileBytes = 32 * 1024
const lengthBytes = 4
const sha256Bytes = 32

/**
 * Sends entry, sha256 and content in one frame (frame.ts), without waiting and without memory of its own: trees of small files spend their time on that.
 * False, and nothing is sent, when the file is longer, was written this very moment or changes while it is read. One that is gone or may not
 * be read is left out.
 */
export function sendSmallFile(path: BytePath, sender: Sender, tally: Tally): boolean {
  const descriptor = openForReading(path, sender)
  if (descriptor === undefined) return true
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return true
    if (stats.size > smallFileBytes || settlesInMs(stats, Date.now()) > 0) return false
    if (!sendSteady(descriptor, path, stats, sender)) return false
    sender.baseline.set(path, signatureOf(stats, { settled: true }))
    tally.file()
    tally.bytes(stats.size)
    return true
  } finally {
    closeSync(descriptor)
  }
}

function sendSteady(descriptor: number, path: BytePath, stats: Stats, { writer }: Sender): boolean {
  const { size } = stats
  const entry = { path, kind: 'file', mode: modeOf(stats), size, mtime: mtimeOf(stats), target: '' } as const
  const json = JSON.stringify(encodeEntry(entry))
  const shaStart = lengthBytes + Buffer.byteLength(json)
  const contentStart = shaStart + sha256Bytes
  if (contentStart + size > maxInPlaceBytes) return false
  return writer.inPlace('file', contentStart + size, payload => {
    const content = payload.subarray(contentStart)
    const bytes = size === 0 ? 0 : readSync(descriptor, content)
    if (bytes !== size || !isSameContent(stats, fstatSync(descriptor))) return false
    payload.writeUInt32BE(shaStart - lengthBytes, 0)
    payload.write(json, lengthBytes, 'utf8')
    hash('sha256', content, 'buffer').copy(payload, shaStart)
    return true
  })
}

export interface SmallFile {
  readonly entry: TreeEntry
  readonly sha256: Buffer
  readonly content: Buffer
}

/** Reads a frame of type `file`; it is not trusted. Throws SyncCut. */
export function smallFileOf({ payload }: Frame): SmallFile {
  const shaStart = payload.length < lengthBytes ? Infinity : lengthBytes + payload.readUInt32BE(0)
  const contentStart = shaStart + sha256Bytes
  if (contentStart > payload.length) throw new SyncCut('A small file is cut')
  const entry = decodeEntry(parse(payload.toString('utf8', lengthBytes, shaStart)))
  if (entry.kind !== 'file') throw new SyncCut(`A ${entry.kind} has contents`)
  return { entry, sha256: payload.subarray(shaStart, contentStart), content: payload.subarray(contentStart) }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    throw new SyncCut('The entry of a small file is not JSON')
  }
}
