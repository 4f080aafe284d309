import { hash } from 'node:crypto'
import { isBytePath, joinBytePath } from './byte-path.ts'
import { createFileDraft, type FileDraft } from './file-draft.ts'
import { chunkBytes, type Frame } from './frame.ts'
import type { FrameReader } from './frame-reader.ts'
import { placeDirectory, placeFile, placeLink, placeSmallFile } from './place-entry.ts'
import { assertAccepted, type Receiver } from './receiver.ts'
import { removeEntry } from './remove-entry.ts'
import { smallFileOf } from './small-file.ts'
import { SyncCut } from './sync-cut.ts'
import { assertSameTotals, createTally, type Tally, type Totals } from './totals.ts'
import { decodeEntry, type TreeEntry } from './tree-entry.ts'

/** Applies what the other end sends until its `end`. Each file is complete and its sha256 right before it takes its place. */
export async function receiveChanges(
  reader: Pick<FrameReader, 'next' | 'arrived'>,
  receiver: Receiver
): Promise<Totals> {
  const tally = createTally()
  for (;;) {
    const frame = reader.arrived() ?? (await reader.next())
    if (frame.type === 'file') applySmallFile(frame, receiver, tally)
    else if (frame.type === 'remove') applyRemove(frame, receiver, tally)
    else if (frame.type === 'entry') await applyEntry(decodeEntry(parseJson(frame)), { reader, receiver, tally })
    else if (frame.type === 'end') {
      assertSameTotals(tally.totals(), parseJson(frame))
      return tally.totals()
    } else throw unexpected(frame)
  }
}

function applyRemove(frame: Frame, receiver: Receiver, tally: Tally): void {
  const path = parseJson(frame)
  if (!isBytePath(path)) throw unexpected(frame)
  receiver.onPath(path)
  assertAccepted(path, receiver)
  removeEntry(path, receiver)
  tally.deletion()
}

function applySmallFile(frame: Frame, receiver: Receiver, tally: Tally): void {
  const { entry, sha256, content } = smallFileOf(frame)
  receiver.onPath(entry.path)
  assertAccepted(entry.path, receiver)
  receiver.guard.ensure(entry.path)
  if (!hash('sha256', content, 'buffer').equals(sha256)) throw wrongContent()
  placeSmallFile(content, entry, receiver)
  tally.file()
  tally.bytes(content.length)
}

interface Applying {
  readonly reader: Pick<FrameReader, 'next'>
  readonly receiver: Receiver
  readonly tally: Tally
}

async function applyEntry(entry: TreeEntry, { reader, receiver, tally }: Applying): Promise<void> {
  receiver.onPath(entry.path)
  assertAccepted(entry.path, receiver)
  receiver.guard.ensure(entry.path)
  if (entry.kind === 'file') {
    await applyFile(entry, { reader, receiver, tally })
    return
  }
  if (entry.kind === 'directory') placeDirectory(entry, receiver)
  else placeLink(entry, receiver)
  tally.file()
}

async function applyFile(entry: TreeEntry, { reader, receiver, tally }: Applying): Promise<void> {
  const draft = createFileDraft(joinBytePath(receiver.root, entry.path))
  let isPlaced = false
  try {
    const bytes = await fillDraft(draft, reader)
    if (bytes === undefined) return
    placeFile(draft, entry, receiver)
    isPlaced = true
    tally.file()
    tally.bytes(bytes)
  } finally {
    if (!isPlaced) draft.drop()
  }
}

/** Gives the number of bytes, or undefined when the sender could not read the file whole. Throws SyncCut when the content is not what was sent. */
async function fillDraft(draft: FileDraft, reader: Pick<FrameReader, 'next'>): Promise<number | undefined> {
  for (let bytes = 0; ;) {
    const frame = await reader.next()
    if (frame.type === 'discard') return undefined
    if (frame.type === 'fileEnd') {
      if (!draft.sha256().equals(frame.payload)) throw wrongContent()
      return bytes
    }
    bytes += appendTo(draft, frame)
  }
}

function appendTo(draft: FileDraft, frame: Frame): number {
  if (frame.type === 'data') {
    draft.write(frame.payload)
    return frame.payload.length
  }
  const byteCount = frame.type === 'hole' ? parseJson(frame) : undefined
  if (typeof byteCount !== 'number' || !(byteCount > 0 && byteCount <= chunkBytes)) throw unexpected(frame)
  draft.skip(byteCount)
  return byteCount
}

/** The payload of a frame as JSON. Throws SyncCut when it is none. */
export function parseJson({ type, payload }: Frame): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    throw new SyncCut(`A frame of type ${type} is not JSON`)
  }
}

const wrongContent = (): SyncCut => new SyncCut('The sha256 of a file is wrong')

export const unexpected = ({ type, payload }: Frame): SyncCut =>
  new SyncCut(`A frame of type ${type} with ${payload.length} bytes does not belong here`)
