import { closeSync, fstatSync, readSync, type Stats } from 'node:fs'
import { readableOf, type BytePath } from './byte-path.ts'
import { chunkBytes, frameHeaderBytes } from './frame.ts'
import { openForReading, settledStatsOf } from './open-file.ts'
import type { Sender } from './send-changes.ts'
import { createSha256 } from './sha256.ts'
import type { Tally } from './totals.ts'
import { encodeEntry, isSameContent, modeOf, mtimeOf, signatureOf } from './tree-entry.ts'

/**
 * Sends a file as it was in one moment. One that changes while it is read is read once more; if it changes again, what was read is sent
 * with a warning, and the next sync sends it anew. One that may not be read is left out with a warning.
 */
export async function sendFile(path: BytePath, sender: Sender, tally: Tally): Promise<void> {
  for (const isLastTry of [false, true]) {
    const descriptor = openForReading(path, sender)
    if (descriptor === undefined) return
    try {
      if (await sendOpenFile(descriptor, path, { sender, tally, isLastTry })) return
    } finally {
      closeSync(descriptor)
    }
  }
}

interface Sending {
  readonly sender: Sender
  readonly tally: Tally
  readonly isLastTry: boolean
}

/** False when the file changed and has to be read again. */
async function sendOpenFile(descriptor: number, path: BytePath, sending: Sending): Promise<boolean> {
  const { sender, tally, isLastTry } = sending
  const { stats: before, isSettled } = await settledStatsOf(descriptor)
  if (!before.isFile()) return true
  const size = before.size
  const entry = { path, kind: 'file', mode: modeOf(before), size, mtime: mtimeOf(before), target: '' } as const
  sender.writer.json('entry', encodeEntry(entry))
  const { sha256, bytes } = await sendContents(descriptor, before, sender)
  const isSteady = isSameContent(before, fstatSync(descriptor))
  if (!isSteady && !isLastTry) {
    sender.writer.raw('discard', Buffer.alloc(0))
    return false
  }
  if (!isSteady) sender.warn(`${readableOf(path)} changed while it was copied; the copy may be incomplete.`)
  sender.writer.raw('fileEnd', sha256)
  sender.baseline.set(path, signatureOf(before, { settled: isSettled && isSteady }))
  tally.file()
  tally.bytes(bytes)
  return true
}

async function sendContents(descriptor: number, { size, blocks }: Stats, { writer }: Sender) {
  const hash = createSha256()
  const mayHaveHoles = blocks * 512 < size
  let bytes = 0
  for (let missing = size; missing > 0;) {
    const frame = Buffer.allocUnsafe(frameHeaderBytes + Math.min(missing, chunkBytes))
    const count = readSync(descriptor, frame, frameHeaderBytes, frame.length - frameHeaderBytes, null)
    if (count === 0) break
    const data = frame.subarray(frameHeaderBytes, frameHeaderBytes + count)
    hash.update(data)
    if (mayHaveHoles && isZero(data)) writer.json('hole', count)
    else writer.framed('data', frame.subarray(0, frameHeaderBytes + count))
    if (writer.congested()) await writer.drained()
    missing -= count
    bytes += count
  }
  return { sha256: hash.digest(), bytes }
}

const isZero = (data: Buffer): boolean => data[0] === 0 && data.subarray(1).equals(data.subarray(0, -1))
