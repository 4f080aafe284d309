import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readIgnoreRules } from '../../src/action-image/ignore-rules.ts'
import { locateDockerfile } from '../../src/action-image/locate.ts'
import { scanContext, type ScannedContext } from '../../src/action-image/scan-context.ts'
import { inTree, type Tree } from './temporary-tree.ts'

async function scan(root: string, { dockerfile = 'Dockerfile', maxBytes = 1e9 } = {}): Promise<ScannedContext> {
  const located = await locateDockerfile(join(root, dockerfile), [root])
  return await scanContext(located, { rules: await readIgnoreRules(located, [root]), maxBytes })
}

async function pathsOf(tree: Tree, dockerfile = 'Dockerfile'): Promise<readonly string[]> {
  return await inTree(tree, async root => (await scan(root, { dockerfile })).entries.map(({ path }) => path))
}

describe('scanContext', () => {
  it('lists everything by its bytes, hidden files and empty directories included', async () => {
    const paths = await pathsOf({ Dockerfile: 'FROM a', 'b/c': '1', 'b-c': '2', '.env': '3', 'a/': '', é: '4', Z: '5' })
    expect(paths).toEqual(['.env', 'Dockerfile', 'Z', 'a', 'b', 'b-c', 'b/c', 'é'])
  })

  it('keeps the mode bits', async () => {
    const tree = { Dockerfile: 'FROM a', run: { mode: 0o4755 }, secret: { mode: 0o600 } }
    await inTree(tree, async root => {
      const modes = (await scan(root)).entries.map(({ path, mode }) => [path, mode.toString(8)])
      expect(modes).toContainEqual(['run', '4755'])
      expect(modes).toContainEqual(['secret', '600'])
    })
  })

  it('stores links with the target they name, also one that leads out or nowhere', async () => {
    const tree = {
      Dockerfile: 'FROM a',
      out: { link: '/etc/passwd' },
      up: { link: '../x' },
      here: { link: 'Dockerfile' }
    }
    await inTree(tree, async root => {
      const links = (await scan(root)).entries.filter(({ kind }) => kind === 'symlink')
      expect(links.map(({ path, target }) => `${path} -> ${target ?? ''}`)).toEqual([
        'here -> Dockerfile',
        'out -> /etc/passwd',
        'up -> ../x'
      ])
    })
  })

  it.each([
    { rules: '*.log\nnode_modules\n', expected: ['.dockerignore', 'Dockerfile', 'src', 'src/b.log'] },
    { rules: '**/*.log\nnode_modules', expected: ['.dockerignore', 'Dockerfile', 'src'] },
    { rules: '# all but one\n*\n!src/b.log', expected: ['.dockerignore', 'Dockerfile', 'src', 'src/b.log'] },
    { rules: '*', expected: ['.dockerignore', 'Dockerfile'] },
    { rules: '\uFEFFsrc\r\n/node_modules/\r\n', expected: ['.dockerignore', 'Dockerfile', 'a.log'] }
  ])('applies .dockerignore $rules', async ({ rules, expected }) => {
    const tree = { '.dockerignore': rules, Dockerfile: 'FROM a', 'a.log': '', 'src/b.log': '', 'node_modules/c': '' }
    expect(await pathsOf(tree)).toEqual(expected)
  })

  it('prefers the ignore file of the Dockerfile', async () => {
    const tree = { '.dockerignore': 'a', 'Prod.dockerignore': 'b', Prod: 'FROM a', a: '', b: '' }
    expect(await pathsOf(tree, 'Prod')).toEqual(['.dockerignore', 'Prod', 'Prod.dockerignore', 'a'])
  })

  it('puts a linked Dockerfile in as a file', async () => {
    await inTree({ 'x/real': 'FROM abc', 'x/action/Dockerfile': { link: '../real' } }, async root => {
      const located = await locateDockerfile(join(root, 'x/action/Dockerfile'), [root])
      const { entries } = await scanContext(located, { rules: await readIgnoreRules(located, [root]), maxBytes: 99 })
      expect(entries).toMatchObject([{ path: 'Dockerfile', kind: 'file', size: 8, source: join(root, 'x/real') }])
    })
  })

  it('refuses an ignore file that is a link to the outside', async () => {
    await inTree({ 'w/Dockerfile': 'FROM a', 'w/.dockerignore': { link: '../secret' }, secret: 'x' }, async root => {
      const located = await locateDockerfile(join(root, 'w/Dockerfile'), [join(root, 'w')])
      await expect(readIgnoreRules(located, [join(root, 'w')])).rejects.toMatchObject({ code: 'CONTEXT_ESCAPES' })
    })
  })

  it('leaves out sockets, pipes and names that are not UTF-8, and says so', async () => {
    await inTree({ Dockerfile: 'FROM a' }, async root => {
      expect(spawnSync('mkfifo', [join(root, 'pipe')]).status).toBe(0)
      await rename(join(root, 'Dockerfile'), join(root, 'D'))
      await writeFile(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]), '')
      const { entries, warnings } = await scan(root, { dockerfile: 'D' })
      expect(entries.map(({ path }) => path)).toEqual(['D'])
      expect(warnings).toEqual([
        expect.stringMatching(/^bad.*not UTF-8/),
        'pipe is neither file, directory nor link; it is left out of the build context.'
      ])
    })
  })

  it('names the five biggest files of a context that is too big', async () => {
    const files = Object.fromEntries([1, 2, 3, 4, 5, 6].map(size => [`f${size}`, 'x'.repeat(size * 1000)]))
    await inTree({ Dockerfile: 'FROM a', ...files }, async root => {
      await expect(scan(root, { maxBytes: 21_000 })).rejects.toMatchObject({
        code: 'CONTEXT_TOO_BIG',
        message: expect.stringMatching(
          /holds 21\.0 kB; at most 21\.0 kB .*: f6 \(6\.0 kB\), f5 \(5\.0 kB\), f4 \(4\.0 kB\), f3 \(3\.0 kB\), f2 \(2\.0 kB\)\.$/
        )
      })
    })
  })
})
