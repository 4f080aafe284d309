import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, unlinkSync, type Stats } from 'node:fs'
import { bytesOf, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { createFile, createFileDraft, draftPathFor, type FileDraft } from './file-draft.ts'
import { isDirectory, lookAt } from './look-at.ts'
import type { Receiver } from './receiver.ts'
import { modeOf, signatureOf, type TreeEntry } from './tree-entry.ts'

export function placeDirectory({ path, kind, mode }: TreeEntry, receiver: Receiver): void {
  const absolute = joinBytePath(receiver.root, path)
  const found = lookAt(absolute)
  if (!isDirectory(found)) {
    if (found !== 'absent') unlinkSync(bytesOf(absolute))
    mkdirSync(bytesOf(absolute))
  }
  setDirectoryMode(absolute, receiver.rules.modeOf(path, kind, mode))
  remember(path, receiver, undefined)
}

export function placeLink({ path, target }: TreeEntry, receiver: Receiver): void {
  const absolute = joinBytePath(receiver.root, path)
  const draftPath = draftPathFor(absolute)
  symlinkSync(bytesOf(target), bytesOf(draftPath))
  moveTo(path, draftPath, receiver)
  remember(path, receiver, undefined)
}

export function placeFile(draft: FileDraft, { path, kind, mode, mtime }: TreeEntry, receiver: Receiver): void {
  const finish = { mode: receiver.rules.modeOf(path, kind, mode), mtime }
  const created = draft.create(finish)
  if (created !== undefined) {
    receiver.baseline.set(path, signatureOf(created, { settled: true }))
    return
  }
  const written = draft.finish(finish)
  moveTo(path, written.path, receiver)
  remember(path, receiver, written.stats)
}

/** Content that came in one piece: put straight where nothing is yet, which spares a rename. */
export function placeSmallFile(content: Buffer, entry: TreeEntry, receiver: Receiver): void {
  const { path, kind, mode, mtime } = entry
  const absolute = joinBytePath(receiver.root, path)
  const created = createFile(absolute, content, { mode: receiver.rules.modeOf(path, kind, mode), mtime })
  if (created !== undefined) {
    receiver.baseline.set(path, signatureOf(created, { settled: true }))
    return
  }
  const draft = createFileDraft(absolute)
  let isPlaced = false
  try {
    draft.write(content)
    placeFile(draft, entry, receiver)
    isPlaced = true
  } finally {
    if (!isPlaced) draft.drop()
  }
}

/** Puts the draft in its place. A directory there goes; the deletions came first, so what is still in it is unknown to the other end. */
function moveTo(path: BytePath, draftPath: BytePath, { root, guard, warn }: Receiver): void {
  const place = bytesOf(joinBytePath(root, path))
  try {
    renameSync(bytesOf(draftPath), place)
  } catch (error) {
    if (errorCodeOf(error) !== 'EISDIR') throw error
    removeDirectory(place, () =>
      warn(`${readableOf(path)} became a file; the directory that was there is gone with all that was in it.`)
    )
    guard.forget()
    renameSync(bytesOf(draftPath), place)
  }
}

function removeDirectory(place: Buffer, onContents: () => void): void {
  try {
    rmdirSync(place)
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOTEMPTY') throw error
    onContents()
    rmSync(place, { recursive: true })
  }
}

/** A directory made by the kubelet belongs to root: its mode is then as good as it gets. */
function setDirectoryMode(absolute: BytePath, mode: number): void {
  const found = lookAt(absolute)
  if (typeof found === 'object' && modeOf(found) === mode) return
  try {
    chmodSync(bytesOf(absolute), mode)
  } catch (error) {
    if (errorCodeOf(error) !== 'EPERM') throw error
  }
}

/** A step that runs meanwhile may have changed the file since it was `written`: then it is not what the other end knows. */
function remember(path: BytePath, { root, baseline }: Receiver, written: Stats | undefined): void {
  const now = lookAt(joinBytePath(root, path))
  if (typeof now === 'string') return
  const isOurs =
    written === undefined || (written.ino === now.ino && written.size === now.size && written.mtimeMs === now.mtimeMs)
  baseline.set(path, signatureOf(now, { settled: isOurs }))
}
