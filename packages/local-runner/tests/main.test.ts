import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeTree } from './run-workflow.ts'

const hooks = join(import.meta.dirname, 'fixtures', 'hooks')
const workflow = (steps: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    container: alpine\n    outputs: { said: "\${{ steps.say.outputs.said }}" }\n    steps:\n${steps}`

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

describe('the bundle', () => {
  let folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'))
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, '..', 'bundle.mjs'), folder])
    mkdirSync(join(folder, 'runner/externals/node20/bin'), { recursive: true })
    symlinkSync(process.execPath, join(folder, 'runner/externals/node20/bin/node'))
    writeTree(join(folder, 'repository'), {
      'green.yml': workflow('      - { id: say, run: \'echo "said=$(cat word)" >> "$GITHUB_OUTPUT"\' }').replace(
        'steps:\n',
        'steps:\n      - uses: actions/checkout@v4\n'
      ),
      'red.yml': workflow('      - run: exit 3'),
      'waits.yml': workflow('      - run: waits'),
      'invalid.yml': 'on: push',
      word: 'hello'
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const start = (name: string, hook = 'fake-hook.js', ...more: readonly string[]): ChildProcess =>
    spawn(
      process.execPath,
      [
        ...[join(folder, 'index.js'), 'run', name, '--hook', join(hooks, hook)],
        ...['--repository-dir', join(folder, 'repository'), '--runner-root', join(folder, 'runner')],
        ...['--report', join(folder, 'report.json'), '--log', join(folder, 'log.txt')],
        ...['--hooks-log', join(folder, 'hooks.jsonl'), ...more]
      ],
      { env: { PATH: process.env['PATH'] ?? '', FAKE_RECORD: join(folder, 'record') } }
    )

  const end = (child: ChildProcess, onOutput: (text: string) => void = () => undefined): Promise<Ended> =>
    new Promise(resolve => {
      let stdout = ''
      let stderr = ''
      child.stdout?.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
        onOutput(stdout)
      })
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.on('close', exitCode => resolve({ exitCode, stdout, stderr }))
    })

  const report = (): Record<string, unknown> =>
    JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, unknown>

  it('runs by itself, ends with 0 when the job succeeds, and writes report, log and hook inputs', async () => {
    const { exitCode, stdout, stderr } = await end(start('green.yml'))
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(report()).toMatchObject({ result: 'success', job: { outputs: { said: 'hello' } } })
    expect(stdout).toBe(`${readFileSync(join(folder, 'log.txt'), 'utf8')}Job success\n`)
    const inputs = readFileSync(join(folder, 'hooks.jsonl'), 'utf8').trim().split('\n')
    expect(inputs.map(line => (JSON.parse(line) as { command: string }).command)).toEqual([
      'prepare_job',
      'run_script_step',
      'run_script_step',
      'run_script_step',
      'cleanup_job'
    ])
  })

  it('ends with 1 when the job fails', async () => {
    const { exitCode, stdout } = await end(start('red.yml', 'fake-hook.js', '--output', 'folded'))
    expect(exitCode).toBe(1)
    expect(stdout).toContain('  ##[error]Process completed with exit code 3.\n')
    expect(report()).toMatchObject({ result: 'failure' })
  })

  it('cancels the job at SIGINT', async () => {
    const child = start('waits.yml', 'waiting-hook.js')
    const { exitCode, stdout } = await end(child, text => {
      if (text.endsWith('waiting\n')) child.kill('SIGINT')
    })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('got SIGINT\n')
    expect(report()).toMatchObject({ result: 'cancelled' })
  })

  it('goes on when nobody reads what it says any more', async () => {
    const child = start('green.yml')
    const { exitCode } = await end(child, () => child.stdout?.destroy())
    expect(exitCode).toBe(0)
    expect(report()).toMatchObject({ result: 'success' })
  })

  it.each([
    { args: ['--job'], says: 'local-runner: Option' },
    { args: ['--log', '/nowhere/log'], says: "no such file or directory, open '/nowhere/log'" },
    { args: ['--job', 'other'], says: "local-runner: green.yml has no job 'other'." }
  ])('ends with 2 and a sentence when it cannot start: $args', async ({ args, says }) => {
    const { exitCode, stderr } = await end(start('green.yml', 'fake-hook.js', ...args))
    expect(exitCode).toBe(2)
    expect(stderr).toContain(says)
  })

  it.each([
    { name: 'missing.yml', says: 'There is no workflow' },
    { name: 'invalid.yml', says: 'Required property is missing: jobs' }
  ])('refuses $name', async ({ name, says }) => {
    const { exitCode, stderr } = await end(start(name))
    expect(exitCode).toBe(2)
    expect(stderr).toContain(says)
  })
})
