import { createHash, hash, type Hash } from 'node:crypto'

export interface Sha256 {
  /** The bytes must not change afterwards. */
  readonly update: (bytes: Buffer) => void
  readonly digest: () => Buffer
}

/** A hash object costs more than the hashing of a small file: none is made before there is a second piece. */
export function createSha256(): Sha256 {
  let first: Buffer | undefined
  let rest: Hash | undefined
  return {
    update: bytes => {
      if (first === undefined) {
        first = bytes
        return
      }
      rest ??= createHash('sha256').update(first)
      rest.update(bytes)
    },
    digest: () => rest?.digest() ?? hash('sha256', first ?? Buffer.alloc(0), 'buffer')
  }
}
