import { readlinkSync } from 'node:fs'
import { bytesOf, joinBytePath, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import type { FrameWriter } from './frame-writer.ts'
import { lookAt } from './look-at.ts'
import { sendFile } from './send-file.ts'
import { sendSmallFile } from './small-file.ts'
import { createTally, type Tally } from './totals.ts'
import type { TreeChanges } from './tree-changes.ts'
import { encodeEntry, kindOf, modeOf, mtimeOf, signatureOf } from './tree-entry.ts'

export interface Sender {
  /** Absolute. */
  readonly root: BytePath
  readonly writer: FrameWriter
  /** Gets what was sent with the signature that it had before it was read, so that a later change is noticed. */
  readonly baseline: Map<BytePath, string>
  readonly warn: (line: string) => void
  readonly onPath: (path: BytePath) => void
}

/** Sends the changes and the totals. What vanishes meanwhile is left to the next sync. */
export async function sendChanges({ changed, deleted }: TreeChanges, sender: Sender) {
  const tally = createTally()
  for (const path of deleted) {
    sender.onPath(path)
    sender.writer.json('remove', path)
    sender.baseline.delete(path)
    tally.deletion()
    await sender.writer.drained()
  }
  for (const { path, kind } of changed) {
    sender.onPath(path)
    if (kind !== 'file') sendNamed(path, sender, tally)
    else if (!sendSmallFile(path, sender, tally)) await sendFile(path, sender, tally)
    if (sender.writer.congested()) await sender.writer.drained()
  }
  sender.writer.json('end', tally.totals())
  await sender.writer.flush()
  return tally.totals()
}

function sendNamed(path: BytePath, sender: Sender, tally: Tally): void {
  const stats = lookAt(joinBytePath(sender.root, path))
  const kind = typeof stats === 'string' ? undefined : kindOf(stats)
  if (typeof stats === 'string' || kind === undefined || kind === 'file') return
  const target = kind === 'link' ? targetOf(joinBytePath(sender.root, path)) : ''
  if (target === undefined) return
  const entry = { path, kind, mode: modeOf(stats), size: 0, mtime: mtimeOf(stats), target }
  sender.writer.json('entry', encodeEntry(entry))
  sender.baseline.set(path, signatureOf(stats, { settled: true }))
  tally.file()
}

/** undefined when the link has gone meanwhile. */
function targetOf(absolute: BytePath): BytePath | undefined {
  try {
    return readlinkSync(bytesOf(absolute), 'latin1')
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'EINVAL') return undefined
    throw error
  }
}
