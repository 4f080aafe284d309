import { createHash } from 'node:crypto'
import type { BuildContext } from '../builder/builder.ts'
import { packContext } from './pack-context.ts'
import type { ContextEntry } from './scan-context.ts'

/** Reads the whole context once, to know the digest that the receiver must find and that names the context's content. */
export async function measureContext(entries: readonly ContextEntry[], signal: AbortSignal): Promise<BuildContext> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of packContext(entries)) {
    signal.throwIfAborted()
    if (!Buffer.isBuffer(chunk)) throw new Error('a tar stream gives bytes')
    hash.update(chunk)
    bytes += chunk.length
  }
  return { openTar: () => packContext(entries), sha256: hash.digest('hex'), bytes, entryCount: entries.length }
}
