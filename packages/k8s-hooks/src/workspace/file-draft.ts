import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  rmSync,
  writeSync,
  type Stats
} from 'node:fs'
import { bytesOf, fsPathOf, joinBytePath, parentOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { createSha256 } from './sha256.ts'

/** What a file is to be like when it is complete. */
export interface FileFinish {
  readonly mode: number
  /** Seconds since the epoch. */
  readonly mtime: number
}

/** Content that arrives for a file. It is kept in memory while it is small, then in a file of its own name beside its place. */
export interface FileDraft {
  readonly write: (bytes: Buffer) => void
  /** Leaves a hole of zero bytes. */
  readonly skip: (byteCount: number) => void
  readonly sha256: () => Buffer
  /** Puts small content straight where nothing is yet, which spares a rename; undefined when that is not possible. */
  readonly create: (finish: FileFinish) => Stats | undefined
  /** Completes the draft's own file, to be renamed. */
  readonly finish: (finish: FileFinish) => { readonly path: BytePath; readonly stats: Stats }
  /** Leaves nothing behind, unless it was placed. */
  readonly drop: () => void
}

/** Up to here a file is written by one call: it is never seen half. */
const smallBytes = 256 * 1024

const draftName = /^\.k8s-hooks-[0-9a-f]{16}\.draft$/

/** `name` is a name without a path. */
export const isDraftName = (name: BytePath): boolean => name.startsWith('.k8s-hooks-') && draftName.test(name)

export const draftPathFor = (absolute: BytePath): BytePath =>
  joinBytePath(parentOf(absolute), `.k8s-hooks-${randomBytes(8).toString('hex')}.draft`)

export function createFileDraft(absolute: BytePath): FileDraft {
  const hash = createSha256()
  let inMemory: Buffer[] | undefined = []
  let position = 0
  let file: { readonly path: BytePath; readonly descriptor: number } | undefined

  const openFile = (): number => {
    if (file !== undefined) return file.descriptor
    const path = draftPathFor(absolute)
    file = { path, descriptor: openSync(bytesOf(path), 'wx', 0o600) }
    writeAll(file.descriptor, Buffer.concat(inMemory ?? []), 0)
    inMemory = undefined
    return file.descriptor
  }
  return {
    write: bytes => {
      hash.update(bytes)
      if (inMemory !== undefined && position + bytes.length <= smallBytes) inMemory.push(bytes)
      else writeAll(openFile(), bytes, position)
      position += bytes.length
    },
    skip: byteCount => {
      openFile()
      hash.update(Buffer.alloc(byteCount))
      position += byteCount
    },
    sha256: () => hash.digest(),
    create: finish => (inMemory === undefined ? undefined : createFile(absolute, Buffer.concat(inMemory), finish)),
    finish: finish => {
      const descriptor = openFile()
      // A hole at the end makes the file longer only so.
      ftruncateSync(descriptor, position)
      const stats = complete(descriptor, finish)
      const path = file?.path ?? absolute
      file = undefined
      return { path, stats }
    },
    drop: () => {
      if (file === undefined) return
      closeSync(file.descriptor)
      rmSync(bytesOf(file.path), { force: true })
    }
  }
}

/** Puts a small file straight in its place; undefined when something is there already. */
export function createFile(absolute: BytePath, content: Buffer, finish: FileFinish): Stats | undefined {
  const descriptor = openNew(absolute, finish.mode)
  if (descriptor === undefined) return undefined
  try {
    writeAll(descriptor, content, 0)
  } catch (error) {
    closeSync(descriptor)
    rmSync(bytesOf(absolute), { force: true })
    throw error
  }
  return complete(descriptor, finish)
}

function openNew(absolute: BytePath, mode: number): number | undefined {
  try {
    return openSync(fsPathOf(absolute), 'wx', mode)
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset, position + offset)
  }
}

/** Closes the file; its status is what it then has, because closing changes none. */
function complete(descriptor: number, { mode, mtime }: FileFinish): Stats {
  try {
    futimesSync(descriptor, mtime, mtime)
    const stats = fstatSync(descriptor)
    if ((stats.mode & 0o7777) === mode) return stats
    fchmodSync(descriptor, mode)
    return fstatSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
