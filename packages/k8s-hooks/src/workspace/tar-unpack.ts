import { closeSync, readSync } from 'node:fs'
import { isBytePath, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { createFileDraft, type FileDraft } from './file-draft.ts'
import { openForReading } from './open-file.ts'
import { placeDirectory, placeFile, placeLink } from './place-entry.ts'
import type { Receiver } from './receiver.ts'
import { hardLinkTargetOf, tarEntryOf, type ArchivedEntry } from './tar-entry.ts'
import { contentSignature } from './tar-state.ts'
import type { Tally } from './totals.ts'
import type { TreeEntry } from './tree-entry.ts'

export interface Unpacking {
  readonly receiver: Receiver
  /** What each path had in the pod the last time; kept up to date. */
  readonly podEntries: Map<BytePath, string>
  readonly tally: Tally
}

/** Places what is new or different in the archive. Returns every path that was in it. */
export async function unpackArchive(
  archive: AsyncIterable<ArchivedEntry>,
  unpacking: Unpacking
): Promise<ReadonlySet<BytePath>> {
  const seen = new Set<BytePath>()
  for await (const content of archive) {
    const entry = tarEntryOf(content.header)
    if (entry !== undefined && unpacking.receiver.rules.accepts(entry.path)) {
      seen.add(entry.path)
      unpacking.receiver.onPath(entry.path)
      if (entry.kind === 'file') await unpackFile(content, entry, unpacking)
      else unpackNamed(entry, unpacking)
    }
    content.resume()
  }
  return seen
}

function unpackNamed(entry: TreeEntry, { receiver, podEntries, tally }: Unpacking): void {
  const signature = contentSignature(entry, undefined)
  if (podEntries.get(entry.path) === signature) return
  receiver.guard.ensure(entry.path)
  if (entry.kind === 'directory') placeDirectory(entry, receiver)
  else placeLink(entry, receiver)
  podEntries.set(entry.path, signature)
  tally.file()
}

async function unpackFile(
  content: ArchivedEntry,
  entry: TreeEntry,
  { receiver, podEntries, tally }: Unpacking
): Promise<void> {
  receiver.guard.ensure(entry.path)
  const draft = createFileDraft(joinBytePath(receiver.root, entry.path))
  let isPlaced = false
  try {
    await fillDraft(draft, content, receiver)
    const signature = contentSignature(entry, draft.sha256())
    if (podEntries.get(entry.path) === signature) return
    placeFile(draft, entry, receiver)
    isPlaced = true
    podEntries.set(entry.path, signature)
    tally.file()
    tally.bytes(entry.size)
  } finally {
    if (!isPlaced) draft.drop()
  }
}

async function fillDraft(draft: FileDraft, content: ArchivedEntry, receiver: Receiver): Promise<void> {
  const twin = hardLinkTargetOf(content.header)
  if (twin !== undefined) copyFrom(twin, draft, receiver)
  else for await (const chunk of content as AsyncIterable<Buffer>) draft.write(chunk)
}

/** A hard link names a file that came before it; it becomes a file of its own. */
function copyFrom(path: BytePath, draft: FileDraft, receiver: Receiver): void {
  const isOurs = isBytePath(path) && receiver.rules.accepts(path) && receiver.guard.isReal(path)
  const descriptor = isOurs ? openForReading(path, receiver) : undefined
  if (descriptor === undefined) throw new Error(`The pod's archive links to ${readableOf(path)}, which did not come.`)
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(64 * 1024)
      const count = readSync(descriptor, buffer)
      if (count === 0) return
      draft.write(buffer.subarray(0, count))
    }
  } finally {
    closeSync(descriptor)
  }
}
