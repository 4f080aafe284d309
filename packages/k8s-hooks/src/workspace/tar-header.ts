import { bytesOf } from './byte-path.ts'
import type { TreeEntry } from './tree-entry.ts'

const blockBytes = 512
const typeFlags = { file: '0', link: '2', directory: '5' } as const

/** Bytes that fill the last block of a content of that size. */
export const paddingOf = (size: number): Buffer => Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes)

/** The header of an entry in GNU's format, which GNU tar, busybox and bsdtar read and which takes names of any bytes and length. */
export function tarHeaderOf({ path, kind, mode, size, mtime, target }: TreeEntry): Buffer {
  const name = bytesOf(`./${path}`)
  const linkName = bytesOf(target)
  return Buffer.concat([
    ...longName(name, 'L'),
    ...longName(linkName, 'K'),
    header({ name, linkName, mode, size, mtime: Math.max(0, Math.floor(mtime)), type: typeFlags[kind] })
  ])
}

function longName(name: Buffer, type: 'L' | 'K'): readonly Buffer[] {
  if (name.length <= 100) return []
  const size = name.length + 1
  const fields = { name: Buffer.from('././@LongLink'), linkName: Buffer.alloc(0), mode: 0, size, mtime: 0, type }
  return [header(fields), name, Buffer.alloc(1), paddingOf(size)]
}

interface HeaderFields {
  readonly name: Buffer
  readonly linkName: Buffer
  readonly mode: number
  readonly size: number
  readonly mtime: number
  readonly type: string
}

function header({ name, linkName, mode, size, mtime, type }: HeaderFields): Buffer {
  const block = Buffer.alloc(blockBytes)
  name.copy(block, 0, 0, 100)
  block.write(octal(mode, 7), 100, 'latin1')
  block.write(octal(0, 7), 108, 'latin1')
  block.write(octal(0, 7), 116, 'latin1')
  writeSize(block, size)
  block.write(octal(mtime, 11), 136, 'latin1')
  block.write(' '.repeat(8), 148, 'latin1')
  block.write(type, 156, 'latin1')
  linkName.copy(block, 157, 0, 100)
  block.write('ustar  \0', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return block
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** From 8 GiB on as a binary number with the first bit set. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(octal(size, 11), 124, 'latin1')
    return
  }
  block[124] = 0x80
  block.writeBigUInt64BE(BigInt(size), 128)
}
