import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import type { Tree } from '../plan.ts'

const filesPerFolder = 100

/** Random bytes: nothing on the way can make them fewer. */
export async function writeTree(root: string, { files, bytesPerFile }: Omit<Tree, 'name'>): Promise<void> {
  const pieceBytes = 2 ** 24
  for (let file = 0; file < files; file++) {
    const folder = `${root}/${Math.floor(file / filesPerFolder)}`
    if (file % filesPerFolder === 0) await mkdir(folder, { recursive: true })
    if (bytesPerFile <= pieceBytes) await writeFile(`${folder}/${file}`, randomBytes(bytesPerFile))
    else await writeFile(`${folder}/${file}`, pieces(bytesPerFile, pieceBytes))
  }
}

function* pieces(bytes: number, pieceBytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= pieceBytes) yield randomBytes(Math.min(left, pieceBytes))
}
