import type { Extract, Header } from 'tar-stream'
import { isBytePath, toBytePath, type BytePath } from './byte-path.ts'
import type { EntryKind, TreeEntry } from './tree-entry.ts'

/** An entry of an archive that is being read: its header, and its contents as a stream. */
export type ArchivedEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never

const kinds: Readonly<Partial<Record<string, EntryKind>>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'file',
  directory: 'directory',
  symlink: 'link'
}

/** undefined for the root and for what is not kept in step. Throws on a name that leads out of the tree. */
export function tarEntryOf(header: Header): TreeEntry | undefined {
  const path = pathOf(header.name, paxOf(header, 'path'))
  if (path === '' || path === '.') return undefined
  if (!isBytePath(path)) throw new Error(`The pod's archive has the unacceptable name ${JSON.stringify(header.name)}.`)
  const kind = kinds[header.type]
  if (kind === undefined) return undefined
  const target = kind === 'link' ? textOf(header.linkname, paxOf(header, 'linkpath')) : ''
  return { path, kind, mode: header.mode & 0o7777, size: header.size, mtime: header.mtime.getTime() / 1000, target }
}

/** The file of the archive that a hard link stands for; undefined for an entry with contents of its own. */
export const hardLinkTargetOf = (header: Header): BytePath | undefined =>
  header.type === 'link' ? pathOf(header.linkname, paxOf(header, 'linkpath')) : undefined

const pathOf = (name: string, paxName: string | undefined): BytePath =>
  textOf(name, paxName)
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')

/** Plain headers are read byte by byte (`filenameEncoding: 'latin1'`); PAX headers are UTF-8 by their standard. */
const textOf = (text: string, paxText: string | undefined): BytePath =>
  paxText === undefined ? text : toBytePath(paxText)

function paxOf({ pax }: Header, key: string): string | undefined {
  const fields = new Map<string, unknown>(Object.entries(pax ?? {}))
  const value = fields.get(key)
  return typeof value === 'string' ? value : undefined
}
