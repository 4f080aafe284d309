import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { bytesOf, plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

describe('createWorkspaceSync', () => {
  let trees: TwoTrees
  const push = () => trees.sync.pushChanges(signal)
  const pull = () => trees.sync.pullChanges(signal)
  beforeEach(() => {
    trees = createTwoTrees()
  })
  afterEach(() => trees.remove())

  it('pushes everything the first time, by one exec', async () => {
    plant(trees.runner, { 'demo/demo/a.txt': 'a', '_actions/x/y/v1/action.yml': 'runs:', 'demo/empty': null })

    const report = await push()

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(report).toMatchObject({ files: 9, bytes: 6, deleted: 0 })
    expect(trees.agent.calls()).toBe(1)
  })

  it('moves next to nothing, by one exec each, when nothing changed', async () => {
    plant(
      trees.runner,
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`demo/demo/d${i % 20}/f${i}`, 'x'.repeat(1500)]))
    )
    await push()
    await pull()
    const bytesBefore = trees.agent.bytes()
    const callsBefore = trees.agent.calls()

    const reports = [await push(), await pull()]

    expect(reports).toEqual(reports.map(() => expect.objectContaining({ files: 0, bytes: 0, deleted: 0 })))
    expect(trees.agent.calls() - callsBefore).toBe(2)
    expect(trees.agent.bytes() - bytesBefore).toBeLessThan(2000)
  })

  it('pulls what a step made, changed and deleted, and nothing else', async () => {
    plant(trees.runner, {
      'demo/demo/kept': '1',
      'demo/demo/edited': '1',
      'demo/demo/gone': '1',
      'demo/demo/dir/gone': '1'
    })
    await push()
    plant(trees.pod, { 'demo/demo/edited': '2', 'demo/demo/new/file': 'n' })
    rmSync(join(trees.pod, 'demo/demo/gone'))
    rmSync(join(trees.pod, 'demo/demo/dir'), { recursive: true })

    const report = await pull()

    expect(report).toMatchObject({ files: 3, bytes: 2, deleted: 3 })
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('pushes what the runner made, changed and deleted since', async () => {
    plant(trees.runner, {
      '_temp/script.sh': 'echo 1',
      '_temp/old.sh': 'old',
      '_temp/_github_workflow/event.json': '{}'
    })
    await push()
    await pull()
    plant(trees.runner, { '_temp/_github_workflow/event.json': '{"a":1}', '_actions/o/r/v1/dist/index.js': 'js' })
    rmSync(join(trees.runner, '_temp/old.sh'))

    const report = await push()

    expect(report).toMatchObject({ files: 7, bytes: 9, deleted: 1 })
    expect(Object.keys(snapshotOf(trees.pod))).toEqual(Object.keys(snapshotOf(trees.runner)))
  })

  it('keeps modes, setuid too, links, empty folders, and names of any bytes', async () => {
    plant(trees.pod, {
      'demo/run.sh': { text: '#!/bin/sh', mode: 0o755 },
      'demo/secret': { text: 's', mode: 0o600 },
      'demo/read-only': { text: 's', mode: 0o444 },
      'demo/setuid': { text: 's', mode: 0o4755 },
      'demo/ü and blanks/\n"quotes" $(x)': 'odd',
      'demo/relative': { linkTo: 'run.sh' },
      'demo/absolute': { linkTo: '/etc/passwd' },
      'demo/dangling': { linkTo: '../nowhere' },
      'demo/to-folder': { linkTo: 'empty' },
      'demo/empty': null,
      'demo/sticky': null
    })
    chmodSync(join(trees.pod, 'demo/sticky'), 0o1777)
    writeFileSync(bytesOf(trees.pod, 'demo/not-utf8-\xff\xfe'), 'bytes')
    symlinkSync(Buffer.from('target-\xff', 'latin1'), bytesOf(trees.pod, 'demo/symlink-\xfe'))

    await pull()

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('copies a hard link as a file of its own', async () => {
    plant(trees.runner, { 'demo/one': 'same' })
    linkSync(join(trees.runner, 'demo/one'), join(trees.runner, 'demo/two'))

    await push()

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(statSync(join(trees.pod, 'demo/one')).nlink).toBe(1)
  })

  it('keeps the time of last change of files', async () => {
    plant(trees.runner, { 'demo/file': 'x' })
    const { mtimeMs } = statSync(join(trees.runner, 'demo/file'))

    await push()

    expect(statSync(join(trees.pod, 'demo/file')).mtimeMs).toBeCloseTo(mtimeMs, 2)
  })

  it.each([
    { what: 'a folder that became a file', before: { 'demo/x/deep/f': '1' }, after: { 'demo/x': 'file' } },
    { what: 'a file that became a folder', before: { 'demo/x': 'file' }, after: { 'demo/x/deep/f': '1' } },
    { what: 'a link that became a folder', before: { 'demo/x': { linkTo: '/etc' } }, after: { 'demo/x/deep/f': '1' } },
    { what: 'a folder that became a link', before: { 'demo/x/deep/f': '1' }, after: { 'demo/x': { linkTo: '/etc' } } },
    { what: 'a file that became a link', before: { 'demo/x': '1' }, after: { 'demo/x': { linkTo: 'y' } } },
    { what: 'a folder that became empty', before: { 'demo/x/deep/f': '1' }, after: { 'demo/x': null } }
  ])('carries over $what, in both directions', async ({ before, after }) => {
    plant(trees.runner, before)
    await push()
    rmSync(join(trees.pod, 'demo/x'), { recursive: true })
    plant(trees.pod, after)
    await pull()
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))

    rmSync(join(trees.runner, 'demo/x'), { recursive: true })
    plant(trees.runner, before)
    await push()
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('notices a file that was replaced by another of the same size and time', async () => {
    plant(trees.runner, { 'demo/file': 'one' })
    await push()
    plant(trees.pod, { 'demo/other': 'two' })
    renameSync(join(trees.pod, 'demo/other'), join(trees.pod, 'demo/file'))

    await pull()

    expect(readFileSync(join(trees.runner, 'demo/file'), 'utf8')).toBe('two')
  })

  it('leaves holes as holes', async () => {
    mkdirSync(join(trees.runner, 'demo'))
    const file = join(trees.runner, 'demo/sparse')
    writeFileSync(file, 'head')
    const { size } = await writeSparse(file)

    const report = await push()

    expect(report.bytes).toBe(size)
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(statSync(join(trees.pod, 'demo/sparse')).blocks * 512).toBeLessThan(size / 2)
    expect(trees.agent.bytes()).toBeLessThan(size / 2)
  })
})

/** 16 MiB of zeros with a few bytes in the middle and none at the end. */
async function writeSparse(file: string): Promise<{ readonly size: number }> {
  const { open } = await import('node:fs/promises')
  const size = 16 * 1024 * 1024
  const handle = await open(file, 'r+')
  await handle.write('middle', size / 2)
  await handle.truncate(size)
  await handle.close()
  return { size }
}
