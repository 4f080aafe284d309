import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { HookError } from '@k8s-hooks/hooklib'
import { hasCode } from './confine.ts'
import type { ContextEntry } from './scan-context.ts'

export interface LoadedEntry {
  readonly entry: ContextEntry
  /** Empty for what is no file; undefined for a file that is too big to be held. */
  readonly content: Buffer | undefined
}

const bigFileBytes = 64 * 1024
const entriesAhead = 16

/** The entries in their order, small files with their contents: several are read at once, as one by one takes five times as long. */
export async function* readAhead(entries: readonly ContextEntry[]): AsyncGenerator<LoadedEntry> {
  const loading: Promise<LoadedEntry>[] = []
  for (const entry of entries) {
    const load = loadEntry(entry)
    // Its error is thrown when its turn comes; until then it is no unhandled one.
    load.catch(() => undefined)
    loading.push(load)
    const next = loading.length < entriesAhead ? undefined : loading.shift()
    if (next !== undefined) yield await next
  }
  for (const load of loading) yield await load
}

/** Gives `use` an open file of the context, and closes it. Throws HookError: CONTEXT_CHANGED, CONTEXT_ESCAPES, CONTEXT_UNREADABLE. */
export async function withFile<T>(entry: ContextEntry, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await openFile(entry)
  try {
    await refuseMovedFile(file, entry)
    return await use(file)
  } finally {
    await file.close()
  }
}

/** Exactly as many bytes as were listed. Throws HookError CONTEXT_CHANGED. */
export async function* chunksOf(file: FileHandle, entry: ContextEntry): AsyncGenerator<Buffer> {
  const status = await file.stat()
  if (!status.isFile() || status.size !== entry.size) throw changed(entry)
  for (let position = 0; position < entry.size;) {
    const chunk = Buffer.allocUnsafe(Math.min(entry.size - position, 256 * 1024))
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
    if (bytesRead === 0) throw changed(entry)
    position += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}

async function loadEntry(entry: ContextEntry): Promise<LoadedEntry> {
  if (entry.kind !== 'file') return { entry, content: Buffer.alloc(0) }
  if (entry.size > bigFileBytes) return { entry, content: undefined }
  const chunks: Buffer[] = []
  await withFile(entry, async file => {
    for await (const chunk of chunksOf(file, entry)) chunks.push(chunk)
  })
  return { entry, content: Buffer.concat(chunks) }
}

async function openFile(entry: ContextEntry): Promise<FileHandle> {
  try {
    return await open(entry.source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    if (hasCode(cause, 'ENOENT', 'ELOOP', 'ENOTDIR')) throw changed(entry, cause)
    throw new HookError('CONTEXT_UNREADABLE', `${entry.source} cannot be read by the runner.`, {
      hint: 'An earlier step made it as another user: let that step run chmod -R a+rX on it, or name it in .dockerignore.',
      cause
    })
  }
}

/** A process of the job could have put a link in place of a directory after it was listed. */
async function refuseMovedFile(file: FileHandle, entry: ContextEntry): Promise<void> {
  const opened = await readlink(`/proc/self/fd/${file.fd}`)
  if (opened === entry.source) return
  throw new HookError('CONTEXT_ESCAPES', `${entry.source} became a link to ${opened} while it was packed.`, {
    hint: 'No other process may change the directory of an action while its image is built.'
  })
}

function changed({ source }: ContextEntry, cause?: unknown): HookError {
  return new HookError('CONTEXT_CHANGED', `${source} changed while it was packed.`, {
    hint: 'No other process may change the directory of an action while its image is built.',
    cause
  })
}
