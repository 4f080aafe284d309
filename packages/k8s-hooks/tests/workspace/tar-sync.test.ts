import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { linkSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesOf, plant, snapshotOf } from './tree-snapshot.ts'
import { createShellExec } from './shell-exec.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import type { WorkspaceSync } from '../../src/workspace/workspace-sync.ts'

const signal = new AbortController().signal

describe('a sync with a pod in which Node does not run', () => {
  let trees: TwoTrees
  let sync: WorkspaceSync
  beforeEach(() => {
    trees = createTwoTrees()
    sync = trees.another({ exec: createShellExec().exec, tools: { kind: 'tar' } })
  })
  afterEach(() => trees.remove())

  it('keeps both trees in step: files, deletions, modes, links, names of any bytes and length', async () => {
    plant(trees.runner, {
      'demo/a': 'a',
      'demo/gone': '1',
      'demo/dir/gone': '1',
      'demo/run.sh': { text: '#!/bin/sh', mode: 0o4755 },
      'demo/empty': null,
      'demo/link': { linkTo: '/etc/passwd' },
      "demo/it's ü\n": 'odd',
      [`demo/${'long/'.repeat(40)}name`]: 'long',
      'demo/long-link': { linkTo: 'x'.repeat(150) }
    })
    writeFileSync(bytesOf(trees.runner, 'demo/not-utf8-\xff'), 'bytes')

    const first = await sync.pushChanges(signal)
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(first).toMatchObject({ files: 52, deleted: 0 })

    rmSync(join(trees.pod, 'demo/gone'))
    rmSync(join(trees.pod, 'demo/dir'), { recursive: true })
    plant(trees.pod, {
      'demo/a': 'A',
      'demo/new/file': 'n',
      'demo/new/link': { linkTo: 'file' },
      [`demo/${'l'.repeat(120)}`]: '1'
    })
    linkSync(join(trees.pod, 'demo/a'), join(trees.pod, 'demo/hard'))
    symlinkSync(Buffer.from('t-\xff', 'latin1'), bytesOf(trees.pod, 'demo/s-\xfe'))

    const second = await sync.pullChanges(signal)
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(second).toMatchObject({ files: 7, deleted: 3 })

    rmSync(join(trees.runner, 'demo/new'), { recursive: true })
    plant(trees.runner, { 'demo/new': 'a file now', '_temp/_runner_file_commands/set_env_1': '' })
    const third = await sync.pushChanges(signal)
    expect(readFileSync(join(trees.pod, 'demo/new'), 'utf8')).toBe('a file now')
    expect(third).toMatchObject({ files: 4, deleted: 2 })
    expect(statSync(join(trees.pod, '_temp/_runner_file_commands/set_env_1')).mode & 0o777).toBe(0o666)
  })

  it('places nothing when nothing changed', async () => {
    plant(trees.runner, { 'demo/a': 'a', 'demo/b/c': 'c' })
    await sync.pushChanges(signal)
    const reports = [await sync.pullChanges(signal), await sync.pushChanges(signal)]

    expect(reports).toEqual(reports.map(() => expect.objectContaining({ files: 0, bytes: 0, deleted: 0 })))
  })

  it('does not overwrite what the runner changed with what the pod did not', async () => {
    plant(trees.runner, { 'demo/a': 'a' })
    await sync.pushChanges(signal)
    plant(trees.runner, { 'demo/a': 'newer' })

    await sync.pullChanges(signal)

    expect(readFileSync(join(trees.runner, 'demo/a'), 'utf8')).toBe('newer')
  })

  it('pulls neither actions nor tools', async () => {
    plant(trees.runner, { '_actions/o/a.js': 'js' })
    await sync.pushChanges(signal)
    plant(trees.pod, {
      '_actions/o/a.js': 'tampered',
      '_tool/x': '1',
      '_temp/_runner_hook_responses/r': '1',
      '.hidden': 'h'
    })

    await sync.pullChanges(signal)

    expect(Object.keys(snapshotOf(trees.runner))).toEqual([
      '.hidden',
      '_actions',
      '_actions/o',
      '_actions/o/a.js',
      '_temp'
    ])
    expect(readFileSync(join(trees.runner, '_actions/o/a.js'), 'utf8')).toBe('js')
  })

  it('is limited to subtrees', async () => {
    plant(trees.runner, { 'demo/demo/f': '1', 'other/f': '1' })
    const part = trees.another({
      exec: createShellExec().exec,
      tools: { kind: 'tar' },
      subtrees: ['demo/demo', '_temp']
    })
    await part.pushChanges(signal)
    plant(trees.pod, { 'demo/demo/g': '2', 'elsewhere/g': '2' })

    await part.pullChanges(signal)

    expect(Object.keys(snapshotOf(trees.runner))).toEqual([
      'demo',
      'demo/demo',
      'demo/demo/f',
      'demo/demo/g',
      'other',
      'other/f'
    ])
  })

  it('pushes everything to another pod of the same name', async () => {
    plant(trees.runner, { 'demo/a': 'a' })
    await sync.pushChanges(signal)
    rmSync(trees.pod, { recursive: true })
    rmSync(trees.podStateDir, { recursive: true })

    await sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('is repeated when the connection breaks', async () => {
    plant(trees.runner, { 'demo/a': 'a'.repeat(1_000_000) })
    const { exec, requests } = createShellExec({ breakCall: { number: 1, afterBytesIn: 200_000 } })

    await trees.another({ exec, tools: { kind: 'tar' } }).pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(requests.length).toBe(4)
  })

  it.each([
    { direction: 'into', run: (target: WorkspaceSync) => target.pushChanges(signal) },
    { direction: 'out of', run: (target: WorkspaceSync) => target.pullChanges(signal) }
  ])('fails in the words of tar: $direction', async ({ direction, run }) => {
    plant(trees.runner, { 'demo/a': 'a' })
    await sync.pushChanges(signal)
    plant(trees.runner, { 'demo/a': 'b' })
    const exec = execWhoseTarEnds(2, 'tar: write error: No space left on device (ENOSPC)')

    await expect(run(trees.another({ exec, tools: { kind: 'tar' } }))).rejects.toMatchObject({
      code: 'WORKSPACE_SYNC_FAILED',
      message: expect.stringMatching(
        new RegExp(`${direction} pod job-pod.*: in the pod: .*tar: write error: No space left`)
      ) as unknown,
      hint: expect.stringContaining('A disk is full') as unknown
    })
  })

  it('takes what came, deletes nothing and says so when tar could not read everything', async () => {
    plant(trees.runner, { 'demo/a': 'a', 'demo/b': 'b' })
    await sync.pushChanges(signal)
    plant(trees.pod, { 'demo/a': 'A' })
    rmSync(join(trees.pod, 'demo/b'))
    const exec = execWhoseTarEnds(1, 'tar: demo/c: file changed as we read it')

    await trees.another({ exec, tools: { kind: 'tar' } }).pullChanges(signal)

    expect(readFileSync(join(trees.runner, 'demo/a'), 'utf8')).toBe('A')
    expect(readFileSync(join(trees.runner, 'demo/b'), 'utf8')).toBe('b')
    expect(trees.warnings).toEqual(['tar in the pod: tar: demo/c: file changed as we read it'])
  })
})

/** The real tar does its work, and then complains. */
function execWhoseTarEnds(exitCode: number, complaint: string): Exec {
  const shell = createShellExec()
  return async request => {
    const result = await shell.exec(request)
    if (!request.command.some(word => word.includes('exec tar'))) return result
    request.stderr?.write(`${complaint}\n`)
    return { kind: 'exited', exitCode }
  }
}
