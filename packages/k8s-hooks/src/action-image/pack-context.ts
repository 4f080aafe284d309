import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isNativeError } from 'node:util/types'
import { HookError } from '@k8s-hooks/hooklib'
import { type Header, type Pack, pack as createPack } from 'tar-stream'
import { hasCode } from './confine.ts'
import type { ContextEntry } from './scan-context.ts'

/** Not 1970: tools that write zip archives, Python's wheel builder among them, refuse times before 1980. */
const mtime = new Date('2000-01-01T00:00:00Z')

type TarHeader = Partial<Header> & Pick<Header, 'name'>

/**
 * The context as a tar stream that depends on names, modes, link targets and contents alone: owners are 0, times are
 * fixed. It is read as fast as it is taken; memory does not grow with its size.
 * The stream fails with HookError: CONTEXT_CHANGED, CONTEXT_ESCAPES, CONTEXT_UNREADABLE.
 */
export function packContext(entries: readonly ContextEntry[]): Readable {
  const pack = createPack()
  addAll(pack, entries).then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(isNativeError(error) ? error : new Error(String(error)))
  )
  return Readable.from(pack, { objectMode: false })
}

async function addAll(pack: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === 'file') await addFile(pack, entry)
    else await addEmpty(pack, headerOf(entry))
  }
}

async function addEmpty(pack: Pack, header: TarHeader): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    pack.entry(header, error => (error ? reject(error) : resolve()))
  })
}

async function addFile(pack: Pack, entry: ContextEntry): Promise<void> {
  const file = await openFile(entry)
  try {
    await refuseMovedFile(file, entry)
    await pipeline(contentOf(file, entry), pack.entry(headerOf(entry)))
  } finally {
    await file.close()
  }
}

function headerOf({ path, kind, mode, size, target }: ContextEntry): TarHeader {
  const fixed = { mode, uid: 0, gid: 0, uname: '', gname: '', mtime }
  if (kind === 'symlink') return { ...fixed, name: path, type: 'symlink', linkname: target ?? '', size: 0 }
  if (kind === 'directory') return { ...fixed, name: `${path}/`, type: 'directory', size: 0 }
  return { ...fixed, name: path, type: 'file', size }
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

async function* contentOf(file: FileHandle, entry: ContextEntry): AsyncGenerator<Buffer> {
  const { size, isFile } = await file.stat().then(status => ({ size: status.size, isFile: status.isFile() }))
  if (!isFile || size !== entry.size) throw changed(entry)
  const chunk = Buffer.allocUnsafe(Math.min(entry.size, 256 * 1024))
  for (let position = 0; position < entry.size;) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, entry.size - position), position)
    if (bytesRead === 0) throw changed(entry)
    position += bytesRead
    yield Buffer.from(chunk.subarray(0, bytesRead))
  }
}

function changed({ source }: ContextEntry, cause?: unknown): HookError {
  return new HookError('CONTEXT_CHANGED', `${source} changed while it was packed.`, {
    hint: 'No other process may change the directory of an action while its image is built.',
    cause
  })
}
