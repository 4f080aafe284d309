import { createHash } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Everything below a folder: path (bytes as latin1) → kind, mode and content. Two trees in step have equal snapshots. */
export function snapshotOf(root: string): Readonly<Record<string, string>> {
  const snapshot: Record<string, string> = {}
  const walk = (path: string): void => {
    for (const name of readdirSync(bytesOf(root, path), 'latin1').sort()) {
      const child = path === '' ? name : `${path}/${name}`
      const at = bytesOf(root, child)
      const stats = lstatSync(at)
      const mode = (stats.mode & 0o7777).toString(8)
      if (stats.isSymbolicLink()) snapshot[child] = `link ${readlinkSync(at, 'latin1')}`
      else if (stats.isDirectory()) snapshot[child] = `directory ${mode}`
      else snapshot[child] = `file ${mode} ${createHash('sha256').update(readFileSync(at)).digest('hex')}`
      if (stats.isDirectory()) walk(child)
    }
  }
  walk('')
  return snapshot
}

export const bytesOf = (root: string, path: string): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`, 'utf8'), Buffer.from(path, 'latin1')])

/** Content of a file, `{ linkTo }`, or null for an empty folder. */
export type Sapling =
  string | Buffer | null | { readonly linkTo: string } | { readonly text: string; readonly mode: number }

/** Makes files, links and folders with all folders above them. */
export function plant(root: string, tree: Readonly<Record<string, Sapling>>): void {
  for (const [path, sapling] of Object.entries(tree)) {
    const at = join(root, path)
    mkdirSync(sapling === null ? at : dirname(at), { recursive: true })
    if (typeof sapling === 'string' || Buffer.isBuffer(sapling)) writeFileSync(at, sapling)
    else if (sapling !== null && 'linkTo' in sapling) symlinkSync(sapling.linkTo, at)
    else if (sapling !== null) {
      writeFileSync(at, sapling.text)
      chmodSync(at, sapling.mode)
    }
  }
}
