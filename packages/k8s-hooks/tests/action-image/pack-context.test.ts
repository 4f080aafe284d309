import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { symlinkSync, renameSync } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, readFile, readlink, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { readIgnoreRules } from '../../src/action-image/ignore-rules.ts'
import { locateDockerfile } from '../../src/action-image/locate.ts'
import { measureContext } from '../../src/action-image/measure-context.ts'
import { packContext } from '../../src/action-image/pack-context.ts'
import { type ContextEntry, scanContext } from '../../src/action-image/scan-context.ts'
import { inTree } from './temporary-tree.ts'

const longName = `${'long/'.repeat(40)}${'x'.repeat(120)} with blanks é`

async function entriesOf(root: string): Promise<readonly ContextEntry[]> {
  const located = await locateDockerfile(join(root, 'Dockerfile'), [root])
  return (await scanContext(located, { rules: await readIgnoreRules(located, [root]), maxBytes: 1e12 })).entries
}

async function openFiles(): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd')
  return await Promise.all(descriptors.map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
}

describe('packContext', () => {
  it('is what tar unpacks to the same tree', async () => {
    const tree = {
      'in/Dockerfile': 'FROM a',
      'in/run.sh': { mode: 0o755 },
      'in/empty/': '',
      [`in/${longName}`]: 'deep',
      'in/link': { link: '../outside' },
      'in/long-link': { link: `${'y'.repeat(150)}/z` }
    }
    await inTree(tree, async root => {
      await chmod(join(root, 'in/empty'), 0o710)
      await mkdir(join(root, 'out'))
      const tar = await buffer(packContext(await entriesOf(join(root, 'in'))))
      expect(spawnSync('tar', ['-xf', '-', '-C', join(root, 'out')], { input: tar }).status).toBe(0)
      expect(await readFile(join(root, 'out', longName), 'utf8')).toBe('deep')
      expect((await lstat(join(root, 'out/run.sh'))).mode & 0o7777).toBe(0o755)
      expect((await lstat(join(root, 'out/empty'))).mode & 0o7777).toBe(0o710)
      expect(await readlink(join(root, 'out/link'))).toBe('../outside')
      expect(await readlink(join(root, 'out/long-link'))).toBe(`${'y'.repeat(150)}/z`)
      expect((await lstat(join(root, 'out/Dockerfile'))).mtime.toISOString()).toBe('2000-01-01T00:00:00.000Z')
    })
  })

  it('does not depend on times', async () => {
    await inTree({ Dockerfile: 'FROM a', 'src/main.c': 'int main;' }, async root => {
      const before = await measureContext(await entriesOf(root), AbortSignal.timeout(5000))
      await utimes(join(root, 'src/main.c'), new Date(1e12), new Date(1e12))
      const after = await measureContext(await entriesOf(root), AbortSignal.timeout(5000))
      expect(after).toMatchObject({ sha256: before.sha256, bytes: before.bytes, entryCount: 3 })
    })
  })

  it.each([
    { title: 'a content', change: (root: string) => writeFile(join(root, 'src/main.c'), 'int m4in;') },
    { title: 'a mode', change: (root: string) => chmod(join(root, 'src/main.c'), 0o600) },
    { title: 'a new empty directory', change: (root: string) => mkdir(join(root, 'src/new')) }
  ])('depends on $title', async ({ change }) => {
    await inTree({ Dockerfile: 'FROM a', 'src/main.c': 'int main;' }, async root => {
      const before = await measureContext(await entriesOf(root), AbortSignal.timeout(5000))
      await change(root)
      const after = await measureContext(await entriesOf(root), AbortSignal.timeout(5000))
      expect(after.sha256).not.toBe(before.sha256)
    })
  })

  it('measures the very stream that is sent', async () => {
    await inTree({ Dockerfile: 'FROM a', data: 'x'.repeat(700_000) }, async root => {
      const context = await measureContext(await entriesOf(root), AbortSignal.timeout(5000))
      const bytes = await buffer(context.openTar())
      expect(bytes.length).toBe(context.bytes)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(context.sha256)
    })
  })

  it('reads no further than it is asked, and closes the file when it is given up', async () => {
    await inTree({ Dockerfile: 'FROM a' }, async root => {
      const big = await open(join(root, 'big'), 'w')
      await big.truncate(2 * 1024 ** 3)
      await big.close()
      const memoryBefore = process.memoryUsage().arrayBuffers
      const stream = packContext(await entriesOf(root))
      let read = 0
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        read += chunk.length
        if (read > 20_000_000) break
      }
      expect(process.memoryUsage().arrayBuffers - memoryBefore).toBeLessThan(50_000_000)
      while ((await openFiles()).some(path => path.startsWith(root))) await new Promise(setImmediate)
    })
  })

  it.each([
    { title: 'grows', change: (path: string) => writeFile(path, 'xyz') },
    { title: 'shrinks', change: (path: string) => writeFile(path, '') },
    { title: 'is gone', change: (path: string) => rm(path) }
  ])('fails when a file $title after it was listed', async ({ change }) => {
    await inTree({ Dockerfile: 'FROM a', file: 'xy' }, async root => {
      const entries = await entriesOf(root)
      await change(join(root, 'file'))
      await expect(buffer(packContext(entries))).rejects.toMatchObject({ code: 'CONTEXT_CHANGED' })
    })
  })

  it.each([
    {
      title: 'a file',
      swap: (root: string) => swapForLink(join(root, 'w/src/main.c'), join(root, 'secret/main.c')),
      code: 'CONTEXT_CHANGED'
    },
    {
      title: 'a directory',
      swap: (root: string) => swapForLink(join(root, 'w/src'), join(root, 'secret')),
      code: 'CONTEXT_ESCAPES'
    }
  ])('does not follow a link that took the place of $title', async ({ swap, code }) => {
    await inTree({ 'w/Dockerfile': 'FROM a', 'w/src/main.c': 'ab', 'secret/main.c': '12' }, async root => {
      const entries = await entriesOf(join(root, 'w'))
      swap(root)
      await expect(buffer(packContext(entries))).rejects.toMatchObject({ code })
    })
  })
})

function swapForLink(path: string, target: string): void {
  renameSync(path, `${path}.old`)
  symlinkSync(target, path)
}
