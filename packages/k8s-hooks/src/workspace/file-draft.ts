import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  rmSync,
  writeSync,
  type BigIntStats
} from 'node:fs'
import { bytesOf, joinBytePath, nameOf, parentOf, type BytePath } from './byte-path.ts'

/** A file under a name of its own beside its place, until it is complete: nobody ever sees half a file. */
export interface FileDraft {
  readonly path: BytePath
  readonly write: (bytes: Buffer) => void
  /** Leaves a hole of zero bytes. */
  readonly skip: (byteCount: number) => void
  readonly sha256: () => Buffer
  /** Sets mode and time (seconds) and gives the status of what was written. */
  readonly finish: (mode: number, mtime: number) => BigIntStats
  /** Removes it where it still is. */
  readonly drop: () => void
}

const draftName = /^\.k8s-hooks-[0-9a-f]{16}\.draft$/

export const isDraftName = (name: BytePath): boolean => draftName.test(nameOf(name))

export const draftPathFor = (absolute: BytePath): BytePath =>
  joinBytePath(parentOf(absolute), `.k8s-hooks-${randomBytes(8).toString('hex')}.draft`)

export function createFileDraft(absolute: BytePath): FileDraft {
  const path = draftPathFor(absolute)
  const descriptor = openSync(bytesOf(path), 'wx', 0o600)
  const hash = createHash('sha256')
  let position = 0
  let isOpen = true

  const close = (): void => {
    isOpen = false
    closeSync(descriptor)
  }
  return {
    path,
    write: bytes => {
      hash.update(bytes)
      for (let offset = 0; offset < bytes.length;) {
        const count = writeSync(descriptor, bytes, offset, bytes.length - offset, position)
        offset += count
        position += count
      }
    },
    skip: byteCount => {
      hash.update(Buffer.alloc(byteCount))
      position += byteCount
    },
    sha256: () => hash.digest(),
    finish: (mode, mtime) => {
      // A hole at the end makes the file longer only so.
      ftruncateSync(descriptor, position)
      fchmodSync(descriptor, mode)
      futimesSync(descriptor, mtime, mtime)
      const stats = fstatSync(descriptor, { bigint: true })
      close()
      return stats
    },
    drop: () => {
      if (isOpen) close()
      rmSync(bytesOf(path), { force: true })
    }
  }
}
