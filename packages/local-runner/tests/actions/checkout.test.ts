import { existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runWorkflow, writeTree, type WorkflowRun, type WorkflowRunOptions } from '../run-workflow.ts'

describe('the built-in checkout', () => {
  let repository = ''
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'checkout-'))
    repository = join(root, 'repository')
    writeTree(repository, { 'bin/tool': '#!/bin/sh', 'a b/ü.txt': 'x', '.git/config': 'not copied', '.hidden': 'h' })
    chmodSync(join(repository, 'bin/tool'), 0o755)
    symlinkSync('bin/tool', join(repository, 'link'))
    symlinkSync('/nowhere', join(repository, 'broken'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const run = (steps: string, rest: Partial<WorkflowRunOptions> = {}): Promise<WorkflowRun> => {
    writeTree(repository, { 'workflow.yml': `on: push\njobs:\n  build:\n    runs-on: x\n    steps:\n${steps}` })
    return runWorkflow({
      workflow: '',
      options: { repositoryDirectory: repository, work: join(root, '_work') },
      ...rest
    })
  }

  it('copies files with their modes and links, and not the history', async () => {
    const { log, steps } = await run('      - uses: actions/checkout@v4')
    const workspace = join(root, '_work', 'demo', 'demo')
    expect(statSync(join(workspace, 'bin/tool')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(workspace, 'a b/ü.txt'), 'utf8')).toBe('x')
    expect(readlinkSync(join(workspace, 'link'))).toBe('bin/tool')
    expect(lstatSync(join(workspace, 'broken')).isSymbolicLink()).toBe(true)
    expect(existsSync(join(workspace, '.git'))).toBe(false)
    expect(log).toContain(`local-runner: built-in checkout copied 6 files of ${repository} to ${workspace}.`)
    expect(steps.map(step => [step.name, step.conclusion])).toEqual([
      ['Set up job', 'success'],
      ['Run actions/checkout@v4', 'success'],
      ['Post Run actions/checkout@v4', 'success'],
      ['Complete job', 'success']
    ])
  })

  it('empties its target unless told not to, and can have another one', async () => {
    const { log } = await run(`      - run: touch old; mkdir -p sub; touch sub/old
      - uses: actions/checkout@main
        with: { path: sub, clean: false }
      - run: ls | tr '\\n' ' '; ls sub | tr '\\n' ' '
      - uses: actions/checkout@main
      - run: ls | tr '\\n' ' '`)
    expect(log).toContain('old sub a b bin broken link old workflow.yml ')
    expect(log).toContain('a b bin broken link workflow.yml ')
  })

  it('goes through the hook in a job with a container, from a downloaded action', async () => {
    writeTree(repository, {
      'workflow.yml':
        'on: push\njobs:\n  build:\n    runs-on: x\n    container: alpine\n    steps: [{ uses: actions/checkout@v5 }]'
    })
    const { inputs } = await runWorkflow({ workflow: '', options: { repositoryDirectory: repository } })
    expect(inputs[1]).toMatchObject({
      command: 'run_script_step',
      args: {
        entryPoint: '/__e/node20/bin/node',
        entryPointArgs: ['/__w/_actions/actions/checkout/v5/dist/index.js'],
        environmentVariables: { INPUT_REPOSITORY: 'octo/demo', 'INPUT_FETCH-DEPTH': '1' }
      }
    })
  })

  it.each([
    { with: '{ repository: other/one }', says: 'The built-in checkout has only octo/demo, not other/one.' },
    { with: '{ submodules: recursive }', says: 'The built-in checkout has no submodules.' },
    { with: '{ sparse-checkout: a }', says: 'The built-in checkout has no sparse-checkout.' },
    { with: '{ path: ../../x }', says: 'is not under' }
  ])('refuses $with', async ({ with: inputs, says }) => {
    const { log, steps } = await run(`      - uses: actions/checkout@v4\n        with: ${inputs}`)
    expect(log.find(line => line.startsWith('##[error]'))).toContain(says)
    expect(steps[1]?.conclusion).toBe('failure')
  })
})
