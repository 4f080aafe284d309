import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isNativeError } from 'node:util/types'
import { type Header, type Pack, pack as createPack } from 'tar-stream'
import { chunksOf, readAhead, withFile } from './read-contents.ts'
import type { ContextEntry } from './scan-context.ts'

/** Not 1970: tools that write zip archives, Python's wheel builder among them, refuse times before 1980. */
const mtime = new Date('2000-01-01T00:00:00Z')

const blockBytes = 128 * 1024

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
  return Readable.from(inBlocks(pack), { objectMode: false })
}

async function addAll(pack: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for await (const { entry, content } of readAhead(entries)) {
    if (content === undefined) await addBigFile(pack, entry)
    else await addWhole(pack, headerOf(entry), content)
  }
}

async function addWhole(pack: Pack, header: TarHeader, content: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    pack.entry(header, content, error => (error ? reject(error) : resolve()))
  })
}

async function addBigFile(pack: Pack, entry: ContextEntry): Promise<void> {
  await withFile(entry, async file => {
    await pipeline(chunksOf(file, entry), pack.entry(headerOf(entry)))
  })
}

/** tar-stream gives three chunks a file, and every chunk would travel as a message of its own. */
async function* inBlocks(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a tar stream gives bytes')
    waiting.push(chunk)
    bytes += chunk.length
    if (bytes < blockBytes) continue
    yield Buffer.concat(waiting)
    waiting = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}

function headerOf({ path, kind, mode, size, target }: ContextEntry): TarHeader {
  const fixed = { mode, uid: 0, gid: 0, uname: '', gname: '', mtime }
  if (kind === 'symlink') return { ...fixed, name: path, type: 'symlink', linkname: target ?? '', size: 0 }
  if (kind === 'directory') return { ...fixed, name: `${path}/`, type: 'directory', size: 0 }
  return { ...fixed, name: path, type: 'file', size }
}
