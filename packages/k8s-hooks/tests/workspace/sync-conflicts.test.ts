import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import { plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

describe('a path that changed at both ends', () => {
  let trees: TwoTrees
  const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8')
  const has = (root: string, path: string): boolean => existsSync(join(root, path))
  beforeEach(async () => {
    trees = createTwoTrees()
    plant(trees.runner, { 'demo/f': 'both', 'demo/dir/f': 'both' })
    await trees.sync.pushChanges(signal)
  })
  afterEach(() => trees.remove())

  it("has the runner's version after a push", async () => {
    plant(trees.runner, { 'demo/f': 'runner' })
    plant(trees.pod, { 'demo/f': 'pod' })

    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)

    expect([read(trees.runner, 'demo/f'), read(trees.pod, 'demo/f')]).toEqual(['runner', 'runner'])
  })

  it("has the pod's version after a pull", async () => {
    plant(trees.runner, { 'demo/f': 'runner' })
    plant(trees.pod, { 'demo/f': 'pod' })

    await trees.sync.pullChanges(signal)
    await trees.sync.pushChanges(signal)

    expect([read(trees.runner, 'demo/f'), read(trees.pod, 'demo/f')]).toEqual(['pod', 'pod'])
  })

  it('stays on the runner when it changed there and was deleted in the pod', async () => {
    plant(trees.runner, { 'demo/f': 'runner' })
    rmSync(join(trees.pod, 'demo/f'))

    await trees.sync.pullChanges(signal)
    expect(read(trees.runner, 'demo/f')).toBe('runner')

    await trees.sync.pushChanges(signal)
    expect(read(trees.pod, 'demo/f')).toBe('runner')
  })

  it('is deleted in the pod by a push when the runner deleted it', async () => {
    rmSync(join(trees.runner, 'demo/f'))
    plant(trees.pod, { 'demo/f': 'pod' })

    await trees.sync.pushChanges(signal)

    expect(has(trees.pod, 'demo/f')).toBe(false)
  })

  it('keeps what the other end made in a folder that was deleted', async () => {
    rmSync(join(trees.runner, 'demo/dir'), { recursive: true })
    plant(trees.pod, { 'demo/dir/new': 'pod' })

    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)

    expect(Object.keys(snapshotOf(trees.runner))).toEqual(['demo', 'demo/dir', 'demo/dir/new', 'demo/f'])
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('says so when a folder with things unknown to the runner has to make place for a file', async () => {
    rmSync(join(trees.runner, 'demo/dir'), { recursive: true })
    plant(trees.runner, { 'demo/dir': 'a file now' })
    plant(trees.pod, { 'demo/dir/new': 'pod' })

    await trees.sync.pushChanges(signal)

    expect(read(trees.pod, 'demo/dir')).toBe('a file now')
    expect(trees.warnings).toEqual([
      'demo/dir became a file; the directory that was there is gone with all that was in it.'
    ])
  })

  it('replaces a file in the pod by the folder that the runner has files for', async () => {
    plant(trees.runner, { 'demo/dir/more': 'runner' })
    rmSync(join(trees.pod, 'demo/dir'), { recursive: true })
    plant(trees.pod, { 'demo/dir': 'a file now' })

    await trees.sync.pushChanges(signal)

    expect(read(trees.pod, 'demo/dir/more')).toBe('runner')
    expect(trees.warnings).toEqual(['demo/dir was no directory; it is replaced by one.'])
  })

  it('goes through a link that a step put in place of a folder in the pod', async () => {
    plant(trees.runner, { 'demo/dir/more': 'runner' })
    rmSync(join(trees.pod, 'demo/dir'), { recursive: true })
    plant(trees.pod, { elsewhere: null, 'demo/dir': { linkTo: '../elsewhere' } })

    await trees.sync.pushChanges(signal)

    expect(read(trees.pod, 'elsewhere/more')).toBe('runner')
  })
})

describe('steps that run at the same time', () => {
  let trees: TwoTrees
  beforeEach(() => {
    trees = createTwoTrees()
  })
  afterEach(() => trees.remove())

  it('take turns, one sync at a time', async () => {
    let running = 0
    let most = 0
    const exec: Exec = async request => {
      most = Math.max(most, ++running)
      try {
        return await trees.agent.exec(request)
      } finally {
        running--
      }
    }
    plant(trees.runner, { 'demo/f': '1' })
    const hooks = Array.from({ length: 4 }, () => trees.another({ exec }))

    await Promise.all(hooks.map((hook, i) => (i % 2 === 0 ? hook.pushChanges(signal) : hook.pullChanges(signal))))

    expect(most).toBe(1)
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it("do not take each other's new files for deleted ones", async () => {
    plant(trees.runner, { '_temp/_runner_file_commands/set_output_a': '' })
    await trees.sync.pushChanges(signal)
    // Step b is about to start: the runner made its file, its hook has not pushed yet.
    plant(trees.runner, { '_temp/_runner_file_commands/set_output_b': '' })
    plant(trees.pod, { '_temp/_runner_file_commands/set_output_a': 'k=v', 'demo/by-a': 'a' })

    await trees.sync.pullChanges(signal)
    await trees.sync.pushChanges(signal)

    const files = ['_temp/_runner_file_commands/set_output_a', '_temp/_runner_file_commands/set_output_b', 'demo/by-a']
    expect(files.map(file => existsSync(join(trees.runner, file)))).toEqual([true, true, true])
    expect(files.map(file => existsSync(join(trees.pod, file)))).toEqual([true, true, true])
  })

  it('bring the rest of a file that was half written when another step pulled', async () => {
    plant(trees.runner, { 'demo/f': '' })
    await trees.sync.pushChanges(signal)
    writeFileSync(join(trees.pod, 'demo/f'), 'first half')
    await trees.sync.pullChanges(signal)
    await trees.sync.pushChanges(signal)
    writeFileSync(join(trees.pod, 'demo/f'), 'first half, second half')

    await trees.sync.pullChanges(signal)

    expect(readFileSync(join(trees.runner, 'demo/f'), 'utf8')).toBe('first half, second half')
  })

  it('end an agent that still works for a connection that broke', async () => {
    plant(trees.runner, { 'demo/f': '2', 'demo/big': 'x'.repeat(1_000_000) })
    let calls = 0
    const exec: Exec = async request => {
      if (calls++ > 0) return await trees.agent.exec(request)
      const stdout = new PassThrough()
      stdout.on('data', (said: Buffer) => {
        if (said.includes('isKnown')) writeFileSync(join(trees.podStateDir, 'job.baseline.owner'), 'a newer agent')
      })
      stdout.pipe(request.stdout ?? new PassThrough(), { end: false })
      return await trees.agent.exec({ ...request, stdout })
    }

    await trees.another({ exec }).pushChanges(signal)

    expect(trees.debugLines).toEqual([expect.stringContaining('in the pod: A newer sync has begun')])
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })
})

describe('a baseline that one end lost', () => {
  let trees: TwoTrees
  beforeEach(async () => {
    trees = createTwoTrees()
    plant(trees.runner, { 'demo/f': '1', '_actions/o/r/v1/a.js': 'js' })
    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)
  })
  afterEach(() => trees.remove())

  it('makes the runner push everything when a pod of the same name begins anew', async () => {
    rmSync(trees.pod, { recursive: true })
    rmSync(trees.podStateDir, { recursive: true })

    await trees.sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('deletes nothing on the runner when a pod begins anew and is pulled first', async () => {
    const before = snapshotOf(trees.runner)
    rmSync(trees.pod, { recursive: true })
    rmSync(trees.podStateDir, { recursive: true })

    await trees.sync.pullChanges(signal)
    expect(snapshotOf(trees.runner)).toEqual(before)

    await trees.sync.pushChanges(signal)
    expect(snapshotOf(trees.pod)).toEqual(before)
  })

  it.each([
    { what: 'is gone', damage: (file: string): void => rmSync(file) },
    { what: 'is cut off', damage: (file: string): void => writeFileSync(file, readFileSync(file).subarray(0, 90)) },
    {
      what: 'is of another version',
      damage: (file: string): void => writeFileSync(file, ['k8s-hooks baseline 9', 'id', '0', ''].join('\0'))
    }
  ])('on the runner, because its file $what, begins a new one', async ({ damage }) => {
    damage(join(trees.stateDir, 'job.baseline'))
    plant(trees.pod, { 'demo/new': 'n' })

    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })
})
