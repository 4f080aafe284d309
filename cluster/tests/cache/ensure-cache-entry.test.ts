import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Cache, type CacheEntry, ensureCacheEntry } from '../../src/cache/ensure-cache-entry.ts'

let cache: Cache
let builds: number

beforeEach(async () => {
  cache = { cacheDir: await mkdtemp(join(tmpdir(), 'cache-')), signal: new AbortController().signal }
  builds = 0
})

function entry(inputs: CacheEntry['inputs'] = { version: '1' }): CacheEntry {
  return {
    what: 'thing',
    inputs,
    build: async target => {
      builds++
      await writeFile(join(target, 'content'), String(builds))
    }
  }
}

describe('ensureCacheEntry', () => {
  it('builds what is not there, in a directory that is named after its inputs', async () => {
    const path = await ensureCacheEntry(cache, entry())
    await expect(readFile(join(path, 'content'), 'utf8')).resolves.toBe('1')
    await expect(readdir(cache.cacheDir)).resolves.toEqual([expect.stringMatching(/^thing-[0-9a-f]{16}$/)])
  })

  it('builds the same thing once, also for two that want it at the same time', async () => {
    const paths = await Promise.all([ensureCacheEntry(cache, entry()), ensureCacheEntry(cache, entry())])
    expect(new Set(paths).size).toBe(1)
    expect(builds).toBe(1)
  })

  it('keeps things from different inputs side by side', async () => {
    await ensureCacheEntry(cache, entry())
    await ensureCacheEntry(cache, entry({ version: '2' }))
    expect(builds).toBe(2)
    await expect(readdir(cache.cacheDir)).resolves.toHaveLength(2)
  })

  it('leaves nothing of a build that failed', async () => {
    const failing: CacheEntry = {
      ...entry(),
      build: async target => {
        await writeFile(join(target, 'content'), 'half')
        throw new Error('out of luck')
      }
    }
    await expect(ensureCacheEntry(cache, failing)).rejects.toThrow('out of luck')
    await expect(readdir(cache.cacheDir)).resolves.toEqual([])
  })

  it('does not take over what a killed build has left', async () => {
    await mkdir(join(cache.cacheDir, '.building-thing'))
    await writeFile(join(cache.cacheDir, '.building-thing/rest'), 'half')
    await expect(readdir(await ensureCacheEntry(cache, entry()))).resolves.toEqual(['content'])
  })
})
