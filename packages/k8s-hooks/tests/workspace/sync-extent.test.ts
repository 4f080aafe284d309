import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal
const command = '_temp/_runner_file_commands/set_output_1'

describe('what a sync takes', () => {
  let trees: TwoTrees
  beforeEach(() => {
    trees = createTwoTrees()
  })
  afterEach(() => trees.remove())
  const pathsOf = (root: string): readonly string[] => Object.keys(snapshotOf(root))

  it('does not push hook responses, nor the externals of older hooks', async () => {
    plant(trees.runner, {
      '_temp/_runner_hook_responses/r.json': '{}',
      'externals/node20/bin/node': 'elf',
      'demo/f': '1'
    })

    await trees.sync.pushChanges(signal)

    expect(pathsOf(trees.pod)).toEqual(['_temp', 'demo', 'demo/f', 'externals'])
  })

  it('takes the workspace of a repository that is named externals', async () => {
    plant(trees.runner, { 'externals/externals/f': '1' })

    await trees.sync.pushChanges(signal)

    expect(pathsOf(trees.pod)).toContain('externals/externals/f')
  })

  it('does not pull actions, tools and hook responses, and does not take their absence for a deletion', async () => {
    plant(trees.runner, { '_actions/o/r/v1/a.js': 'js', '_tool/node/x': '1', 'demo/f': '1' })
    await trees.sync.pushChanges(signal)
    plant(trees.pod, {
      '_actions/o/r/v1/a.js': 'tampered',
      '_tool/python/y': '2',
      '_temp/_runner_hook_responses/forged.json': '{"state":{}}',
      'demo/g': '2'
    })
    rmSync(join(trees.pod, '_tool/node'), { recursive: true })

    await trees.sync.pullChanges(signal)

    expect(readFileSync(join(trees.runner, '_actions/o/r/v1/a.js'), 'utf8')).toBe('js')
    expect(pathsOf(trees.runner).filter(path => path.startsWith('_to'))).toEqual([
      '_tool',
      '_tool/node',
      '_tool/node/x'
    ])
    expect(existsSync(join(trees.runner, '_temp/_runner_hook_responses'))).toBe(false)
    expect(existsSync(join(trees.runner, 'demo/g'))).toBe(true)
  })

  it('pushes what the runner deletes of its actions', async () => {
    plant(trees.runner, { '_actions/o/r/v1/a.js': 'js', '_actions/o/r/v1/b.js': 'js' })
    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)
    rmSync(join(trees.runner, '_actions/o/r/v1/b.js'))

    await trees.sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('lets every user of the pod write file commands, HOME and RUNNER_TEMP', async () => {
    plant(trees.runner, {
      [command]: '',
      '_temp/_github_workflow/event.json': '{}',
      '_temp/script.sh': 'echo',
      'demo/f': '1'
    })
    mkdirSync(join(trees.runner, '_temp/_github_home'))

    await trees.sync.pushChanges(signal)

    const modes = Object.fromEntries(
      pathsOf(trees.pod).map(path => [path, (statSync(join(trees.pod, path)).mode & 0o777).toString(8)])
    )
    expect(modes).toEqual({
      _temp: '777',
      '_temp/_github_home': '777',
      '_temp/_github_workflow': '777',
      '_temp/_github_workflow/event.json': '644',
      '_temp/_runner_file_commands': '777',
      [command]: '666',
      '_temp/script.sh': '644',
      demo: '755',
      'demo/f': '644'
    })
  })

  it('gives the runner folders that it can change and files that it can read', async () => {
    plant(trees.pod, { 'demo/locked/f': { text: '1', mode: 0 } })
    chmodSync(join(trees.pod, 'demo/locked'), 0o555)

    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toMatchObject({ 'demo/locked': 'directory 755' })
    expect(snapshotOf(trees.runner)['demo/locked/f']).toMatch('file 400')
  })

  it('is limited to subtrees, both ways', async () => {
    plant(trees.runner, {
      'demo/demo/f': '1',
      'other/other/f': '1',
      '_temp/script.sh': 'echo',
      '_actions/o/a.js': 'js'
    })
    const sync = trees.another({ subtrees: ['demo/demo', '_temp'] })

    await sync.pushChanges(signal)
    expect(pathsOf(trees.pod)).toEqual(['_temp', '_temp/script.sh', 'demo', 'demo/demo', 'demo/demo/f'])

    plant(trees.pod, { 'demo/demo/g': '2', 'demo/outside': '2', '_temp/h': '2' })
    rmSync(join(trees.pod, 'demo/demo/f'))
    await sync.pullChanges(signal)
    expect(pathsOf(trees.runner).filter(path => /\/[fgh]$|outside/.test(path))).toEqual([
      '_temp/h',
      'demo/demo/g',
      'other/other/f'
    ])
  })

  it('with SYNC=actions pulls folders that hold an action or a Dockerfile, and file commands', async () => {
    plant(trees.runner, { [command]: '', '_temp/script.sh': 'echo' })
    const sync = trees.another({ pull: 'actions' })
    await sync.pushChanges(signal)
    plant(trees.pod, {
      [command]: 'k=v',
      '_temp/big': 'x',
      'demo/demo/src/main.c': 'int',
      'demo/demo/.github/actions/one/action.yml': 'runs:',
      'demo/demo/.github/actions/one/lib/deep/x.js': 'js',
      'demo/demo/docker/prod.Dockerfile': 'FROM x',
      'demo/demo/docker/entry.sh': 'sh'
    })

    await sync.pullChanges(signal)

    expect(readFileSync(join(trees.runner, command), 'utf8')).toBe('k=v')
    expect(pathsOf(trees.runner).filter(path => statSync(join(trees.runner, path)).isFile())).toEqual([
      command,
      '_temp/script.sh',
      'demo/demo/.github/actions/one/action.yml',
      'demo/demo/.github/actions/one/lib/deep/x.js',
      'demo/demo/docker/entry.sh',
      'demo/demo/docker/prod.Dockerfile'
    ])
  })

  it('with SYNC=actions pulls a deletion in such a folder', async () => {
    const sync = trees.another({ pull: 'actions' })
    plant(trees.pod, { 'demo/a/action.yaml': 'runs:', 'demo/a/x.js': 'js' })
    await sync.pullChanges(signal)
    rmSync(join(trees.pod, 'demo/a/x.js'))

    await sync.pullChanges(signal)

    expect(pathsOf(trees.runner)).toEqual(['demo', 'demo/a', 'demo/a/action.yaml'])
  })

  it('with SYNC=off pulls file commands only', async () => {
    plant(trees.runner, { [command]: '', 'demo/f': '1' })
    const sync = trees.another({ pull: 'off' })
    await sync.pushChanges(signal)
    plant(trees.pod, { [command]: 'k=v', 'demo/f': '2', 'demo/a/action.yml': 'runs:' })

    const report = await sync.pullChanges(signal)

    expect(report).toMatchObject({ files: 1, deleted: 0 })
    expect(readFileSync(join(trees.runner, command), 'utf8')).toBe('k=v')
  })

  it('leaves what is excepted in the pod until a sync of the same baseline takes it', async () => {
    plant(trees.runner, { '_temp/_github_home/.profile': '1', 'demo/f': '1' })
    await trees.sync.pushChanges(signal)
    plant(trees.pod, { '_temp/_github_home/.npm/cache': 'big', 'demo/g': '2' })
    rmSync(join(trees.pod, '_temp/_github_home/.profile'))

    await trees.another({ pullExcept: ['_temp/_github_home'] }).pullChanges(signal)
    expect(pathsOf(trees.runner).filter(path => /profile|cache|g$/.test(path))).toEqual([
      '_temp/_github_home/.profile',
      'demo/g'
    ])

    await trees.sync.pullChanges(signal)
    expect(snapshotOf(trees.runner)).toMatchObject({
      '_temp/_github_home/.npm/cache': expect.stringContaining('file') as unknown
    })
    expect(pathsOf(trees.runner)).not.toContain('_temp/_github_home/.profile')
  })

  it('passes from one container of a pod to another with its baseline', async () => {
    plant(trees.runner, { 'demo/f': '1', 'demo/g': '1' })
    const containers: string[] = []
    const exec: typeof trees.agent.exec = request => {
      containers.push(request.container)
      return trees.agent.exec(request)
    }
    await trees.another({ exec, container: 'first', baselineName: 'step-pod' }).pushChanges(signal)
    plant(trees.pod, { 'demo/f': '2' })
    rmSync(join(trees.pod, 'demo/g'))

    const report = await trees.another({ exec, container: 'second', baselineName: 'step-pod' }).pullChanges(signal)

    expect(containers).toEqual(['first', 'second'])
    expect(report).toMatchObject({ files: 1, deleted: 1 })
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('does not take sockets, pipes and drafts of a sync that was killed', async () => {
    plant(trees.pod, { 'demo/f': '1', 'demo/.k8s-hooks-0123456789abcdef.draft': 'half' })
    const { execFileSync } = await import('node:child_process')
    execFileSync('mkfifo', [join(trees.pod, 'demo/pipe')])

    await trees.sync.pullChanges(signal)

    expect(pathsOf(trees.runner)).toEqual(['demo', 'demo/f'])
    expect(existsSync(join(trees.pod, 'demo/.k8s-hooks-0123456789abcdef.draft'))).toBe(false)
  })
})
