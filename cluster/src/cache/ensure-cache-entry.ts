import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey } from '../support/content-key.ts'
import { exclusively } from '../support/exclusive.ts'
import { pathExists } from '../support/path-exists.ts'

export interface CacheEntry {
  readonly what: string
  /** Everything the content depends on. */
  readonly inputs: Readonly<Record<string, string>>
  /** Fills the directory `target`, which exists and is empty. */
  readonly build: (target: string) => Promise<void>
}

export interface Cache {
  readonly cacheDir: string
  readonly signal: AbortSignal
  readonly onWait?: (what: string) => void
}

/**
 * Path of the directory `<cacheDir>/<what>-<key of the inputs>`; built first when it is not there. A half-built entry is never seen:
 * it appears by rename. Two processes that want the same entry build it once.
 */
export async function ensureCacheEntry(cache: Cache, entry: CacheEntry): Promise<string> {
  const path = cacheEntryPath(cache.cacheDir, entry)
  if (await pathExists(path)) return path
  const onWait = (): void => cache.onWait?.(entry.what)
  return await exclusively(join(cache.cacheDir, entry.what), { signal: cache.signal, onWait }, async () => {
    if (await pathExists(path)) return path
    // The lock is ours, so what lies there was left by a build that was killed.
    const target = join(cache.cacheDir, `.building-${entry.what}`)
    await rm(target, { recursive: true, force: true })
    await mkdir(target, { recursive: true })
    try {
      await entry.build(target)
      await rename(target, path)
    } finally {
      await rm(target, { recursive: true, force: true })
    }
    return path
  })
}

export function cacheEntryPath(cacheDir: string, { what, inputs }: Pick<CacheEntry, 'what' | 'inputs'>): string {
  return join(cacheDir, `${what}-${contentKey(inputs)}`)
}
