import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

// Starting a program takes seconds where the machine is busy.
jest.setTimeout(60_000)

/** What ships. */
let program: string
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-program-'))
  await promisify(execFile)(process.execPath, ['bundle.mjs', folder], { cwd: join(import.meta.dirname, '..') })
  program = join(folder, 'index.js')
})
afterAll(() => rm(dirname(program), { recursive: true }))

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Run {
  readonly kill: (signal: NodeJS.Signals) => void
  /** Reads no more of what it says, as a runner that is gone. */
  readonly hangUp: () => void
  readonly ended: Promise<Ended>
}

/** The hook as the runner starts it: JSON on stdin, then the end of stdin. */
function startHook(input: string, env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env }
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
  child.stdin.end(input)
  return {
    kill: signal => void child.kill(signal),
    hangUp: () => void child.stdout.destroy(),
    ended: new Promise(resolve => child.on('close', exitCode => resolve({ exitCode, stdout, stderr })))
  }
}

const cleanup = JSON.stringify({ command: 'cleanup_job', responseFile: '/nonexistent', args: {}, state: null })

describe('the hook as a process', () => {
  it('ends with 1 and every wrong setting before it reads or asks anything', async () => {
    const { ended } = startHook('', { ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_PORT: 'x' })
    const { exitCode, stdout, stderr } = await ended
    expect([exitCode, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^CONFIG_INVALID: .*ACTIONS_RUNNER_POD_NAME must.*REGISTRY_PORT must/m)
    expect(stdout).toMatch(/^::error::.*\[CONFIG_INVALID, see docs\/troubleshooting\.md\]$/m)
  })

  it('ends with 1 on input that is no request', async () => {
    const { exitCode, stdout } = await startHook('{', { ACTIONS_RUNNER_POD_NAME: 'runner-abc' }).ended
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^::error::.*\[INPUT_INVALID, /m)
  })

  it('does not end with 0 when nothing is left to wait for and the work is not done', async () => {
    const preload = join(dirname(program), 'preload.cjs')
    const endless = `new (require('node:stream').Readable)({ read() {} })`
    await writeFile(preload, `Object.defineProperty(process, 'stdin', { value: ${endless} })`)
    const env = { ACTIONS_RUNNER_POD_NAME: 'runner-abc', NODE_OPTIONS: `--require ${preload}` }
    const { exitCode, stdout } = await startHook(cleanup, env).ended
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringMatching(/^::error::.*nothing left to wait for/m)
    })
  })

  describe('with an API server that does not answer', () => {
    let folder: string
    let server: Server
    let connected: Promise<void>
    let env: Readonly<Record<string, string>>

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-'))
      server = createServer(socket => void socket.on('error', () => undefined).resume())
      connected = new Promise(resolve => server.once('connection', () => resolve()))
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const kubeconfig = join(folder, 'config')
      await writeFile(
        kubeconfig,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'it',
          clusters: [{ name: 'it', cluster: { server: `https://127.0.0.1:${port}` } }],
          users: [{ name: 'it', user: {} }],
          contexts: [{ name: 'it', context: { cluster: 'it', user: 'it', namespace: 'arc' } }]
        })
      )
      env = { KUBECONFIG: kubeconfig, ACTIONS_RUNNER_POD_NAME: 'runner-abc' }
    })
    afterEach(async () => {
      await new Promise(resolve => server.close(resolve))
      await rm(folder, { recursive: true })
    })

    it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 after %s, without an error', async name => {
      const run = startHook(cleanup, env)
      await connected
      run.kill(name)
      const { exitCode, stdout } = await run.ended
      expect(exitCode).toBe(130)
      expect(stdout).toContain('The step was cancelled.\n')
      expect(stdout).not.toContain('::error::')
    })

    it('reports an error that nothing expected, and ends', async () => {
      const defect = 'process.on("SIGUSR2", () => { throw new Error("a defect") })'
      const run = startHook(cleanup, {
        ...env,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(defect)}`
      })
      await connected
      run.kill('SIGUSR2')
      const { exitCode, stdout } = await run.ended
      expect(exitCode).toBe(1)
      expect(stdout).toMatch(/^::error::The hook itself failed; please report it .*: a defect$/m)
      expect(stdout).not.toContain('The step was cancelled.')
    })

    it('ends when nobody reads any more what it says', async () => {
      const container = { image: 'node:20', systemMountVolumes: [], userMountVolumes: [], createOptions: '--init' }
      const args = { container: { ...emptyContainer, ...container }, services: [] }
      const input = JSON.stringify({ command: 'prepare_job', responseFile: '/nonexistent', args, state: null })
      const run = startHook(input, env)
      run.hangUp()
      expect((await run.ended).exitCode).toBe(130)
    })
  })
})

const emptyContainer = {
  dockerfile: null,
  entryPointArgs: [],
  entryPoint: null,
  workingDirectory: null,
  registry: null,
  environmentVariables: {},
  portMappings: []
}
