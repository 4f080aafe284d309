import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CarriedFiles } from '../../src/workspace/carried-files.ts'
import { carryScript } from '../../src/workspace/carry-script.ts'
import type { Depart } from '../../src/workspace/departure.ts'
import { createAgentExec } from './agent-exec.ts'
import { bytesOf, plant, snapshotOf, type Sapling } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal
const commands = '_temp/_runner_file_commands'

describe('a step that waits for a push', () => {
  let trees: TwoTrees
  let departures: CarriedFiles[]
  beforeEach(async () => {
    trees = createTwoTrees()
    departures = []
    plant(trees.runner, {
      'demo/demo/a': 'a',
      '_temp/1.sh': 'echo 1',
      [`${commands}/env_1`]: { text: '', mode: 0o666 }
    })
    // As they are in the pod, so that equal trees have equal modes.
    for (const folder of ['_temp', commands]) chmodSync(join(trees.runner, folder), 0o777)
    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)
  })
  afterEach(() => trees.remove())

  /** As the supervisor does it; what the step itself does then is `step`. */
  const departing =
    (step: () => void = () => undefined): Depart =>
    async files => {
      departures.push(files)
      const script = carryScript(files, trees.pod)
      if (script !== '') execFileSync('sh', [], { input: script })
      step()
      // So long a step lasts at least.
      await passTick()
    }
  const push = (depart = departing()) => trees.sync.pushChanges(signal, depart)
  /** As the runner does between two steps. */
  const nextStep = async (): Promise<void> => {
    rmSync(join(trees.runner, commands, 'env_1'))
    plant(trees.runner, { '_temp/2.sh': 'echo \'two\' "$x" \\\n', [`${commands}/env_2`]: { text: '', mode: 0o666 } })
    await passTick()
  }
  const pathsOf = ({ files, removed }: CarriedFiles): readonly string[] => [
    ...files.map(({ path }) => path),
    ...removed.map(path => `-${path}`)
  ]

  it('leaves with the scripts and file commands that are new, and both trees are the same', async () => {
    await nextStep()

    const report = await push()

    expect(departures.map(pathsOf)).toEqual([['_temp/2.sh', `${commands}/env_2`, `-${commands}/env_1`]])
    expect(report).toMatchObject({ files: 2, bytes: 18, deleted: 1 })
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('leaves with a file that was written anew, as event.json is before each step', async () => {
    const event = '_temp/_github_workflow/event.json'
    plant(trees.runner, { [event]: '{}' })
    chmodSync(join(trees.runner, '_temp/_github_workflow'), 0o777)
    await trees.sync.pushChanges(signal)
    await nextStep()
    rmSync(join(trees.runner, event))
    plant(trees.runner, { [event]: '{"it\'s":"other"}' })
    await passTick()

    await push()

    expect(departures.map(files => new Set(pathsOf(files)))).toEqual([
      new Set([event, '_temp/2.sh', `${commands}/env_2`, `-${commands}/env_1`])
    ])
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it.each<{ what: string; sapling: Sapling }>([
    { what: 'a folder', sapling: null },
    { what: 'a link to a folder', sapling: { linkTo: '../demo' } },
    { what: 'a link to nothing', sapling: { linkTo: 'nowhere' } }
  ])('replaces a file that became $what in the pod', async ({ sapling }) => {
    plant(trees.runner, { '_temp/1.sh': 'echo one' })
    await passTick()
    rmSync(join(trees.pod, '_temp/1.sh'))
    plant(trees.pod, { '_temp/1.sh': sapling })

    await push()

    expect(departures.length).toBe(1)
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('leaves at once when nothing changed', async () => {
    const report = await push()

    expect(departures).toEqual([{ files: [], removed: [] }])
    expect(report).toMatchObject({ files: 0, bytes: 0, deleted: 0 })
  })

  it('needs no agent for that', async () => {
    await nextStep()
    const calls = trees.agent.calls()

    await push()

    expect(trees.agent.calls()).toBe(calls)
  })

  it('has nothing to bring back but what it changed itself', async () => {
    await nextStep()
    await push(departing(() => appendFileSync(join(trees.pod, commands, 'env_2'), 'a=b\n')))

    const first = await trees.sync.pullChanges(signal)
    const second = await trees.sync.pullChanges(signal)

    expect([first, second]).toMatchObject([{ files: 1 }, { files: 0 }])
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('brings back what it changes in the moment in which the agent looks', async () => {
    await nextStep()
    await push(files => Promise.resolve(void execFileSync('sh', [], { input: carryScript(files, trees.pod) })))
    writeFileSync(join(trees.pod, '_temp/2.sh'), 'echo three times!!')

    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('brings back that it deleted what it came with', async () => {
    await nextStep()
    await push(departing(() => rmSync(join(trees.pod, '_temp/2.sh'))))

    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(Object.keys(snapshotOf(trees.runner))).not.toContain('_temp/2.sh')
  })

  it.each([{ afterBytesOut: 60 }, { afterBytesIn: 200 }, { afterBytesOut: 500 }])(
    'has it all brought back although the connection breaks: $afterBytesIn bytes in, $afterBytesOut out',
    async cut => {
      await nextStep()
      const sync = trees.another({ exec: createAgentExec([cut]).exec })
      const step = departing(() => {
        appendFileSync(join(trees.pod, commands, 'env_2'), 'a=b\n')
        rmSync(join(trees.pod, '_temp/2.sh'))
      })
      await sync.pushChanges(signal, step)

      await sync.pullChanges(signal)

      expect(departures.length).toBe(1)
      expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
      expect(await trees.sync.pullChanges(signal)).toMatchObject({ files: 0, deleted: 0 })
    }
  )

  it('is not disturbed by a step beside it that ends first', async () => {
    await nextStep()
    const beside = trees.another({})
    await push(departing(() => appendFileSync(join(trees.pod, commands, 'env_2'), 'a=b\n')))
    expect(await beside.pushChanges(signal)).toMatchObject({ files: 0, deleted: 0 })
    await beside.pullChanges(signal)
    appendFileSync(join(trees.pod, commands, 'env_2'), 'c=d\n')

    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(await trees.sync.pullChanges(signal)).toMatchObject({ files: 0, deleted: 0 })
  })

  it('may have died with its hook: the next step has everything, and brings everything back', async () => {
    await nextStep()
    await push(departing(() => plant(trees.pod, { 'demo/demo/a': 'by the step' })))
    const next = trees.another({})

    await next.pushChanges(signal)
    await next.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('is forgotten when it never begins: the next push brings all of it', async () => {
    await nextStep()

    await expect(push(() => Promise.reject(new Error('no shell')))).rejects.toThrow('no shell')
    await trees.sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('keeps what it did in a pod that has lost its baseline', async () => {
    await nextStep()
    rmSync(trees.podStateDir, { recursive: true })

    await push(departing(() => plant(trees.pod, { 'demo/demo/a': 'by the step' })))
    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it.each<{ what: string; tree: Readonly<Record<string, Sapling>> }>([
    { what: 'a file of the workspace', tree: { 'demo/demo/b': 'b' } },
    { what: 'a folder', tree: { '_temp/folder': null } },
    { what: 'a link', tree: { '_temp/link': { linkTo: '1.sh' } } },
    { what: 'a program', tree: { '_temp/run': { text: 'x', mode: 0o755 } } },
    { what: 'a zero byte', tree: { '_temp/2.sh': 'a\0b' } },
    { what: 'bytes that are no text', tree: { '_temp/2.sh': Buffer.from([0x61, 0xff]) } },
    { what: 'much text', tree: { '_temp/2.sh': 'x'.repeat(300_000) } },
    {
      what: 'many files',
      tree: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`_temp/f${index}`, 'x']))
    }
  ])('waits for the agent that brings $what', async ({ tree }) => {
    plant(trees.runner, tree)
    await passTick()

    await push()

    expect(departures).toEqual([])
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('waits for the agent that brings a name which is no text', async () => {
    writeFileSync(bytesOf(trees.runner, '_temp/\xff'), '')

    await push()

    expect(departures).toEqual([])
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('waits for the agent where the tree is big: both look at it at the same time', async () => {
    plant(trees.runner, Object.fromEntries(Array.from({ length: 5_100 }, (_, index) => [`demo/demo/f${index}`, ''])))
    await push()
    await nextStep()

    await push()

    expect(departures).toEqual([])
  })

  it('waits for the agent that deletes in the workspace, and folders', async () => {
    plant(trees.runner, { '_temp/folder': null, 'demo/demo/b': 'b' })
    await push()
    rmSync(join(trees.runner, 'demo/demo/b'))
    await push()
    rmSync(join(trees.runner, '_temp/folder'), { recursive: true })
    await push()

    expect(departures).toEqual([])
    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('finds its files in their places, whatever has taken them in the pod', async () => {
    await nextStep()
    rmSync(join(trees.pod, commands), { recursive: true })
    plant(trees.pod, { '_temp/2.sh/folder/file': 'x' })

    await push()

    expect(departures.length).toBe(1)
    const there = snapshotOf(trees.pod)
    const wanted = snapshotOf(trees.runner)
    expect([there['_temp/2.sh'], there[`${commands}/env_2`]]).toEqual([
      wanted['_temp/2.sh'],
      wanted[`${commands}/env_2`]
    ])
  })

  it('does not write through a link that stands in the place of a file', async () => {
    await nextStep()
    plant(trees.pod, { elsewhere: 'kept', '_temp/2.sh': { linkTo: join(trees.pod, 'elsewhere') } })

    await push()

    const { elsewhere } = snapshotOf(trees.pod)
    plant(trees.pod, { elsewhere: 'kept' })
    expect(elsewhere).toBe(snapshotOf(trees.pod)['elsewhere'])
  })

  it.each([0o644, 0o600, 0o640, 0o666])('keeps the mode %i of a file', async mode => {
    plant(trees.runner, { '_temp/2.sh': { text: 'x', mode } })
    await passTick()

    await push()

    expect(departures.length).toBe(1)
    expect(statSync(join(trees.pod, '_temp/2.sh')).mode & 0o7777).toBe(mode)
  })

  it('lets every user of the container write the file commands', async () => {
    plant(trees.runner, { [`${commands}/env_3`]: { text: '', mode: 0o600 } })
    await passTick()

    await push()

    expect(departures.length).toBe(1)
    expect(statSync(join(trees.pod, commands, 'env_3')).mode & 0o7777).toBe(0o666)
  })
})

/** A file that was written this very moment waits for the agent: a hook begins later than that. */
async function passTick(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 30))
}
