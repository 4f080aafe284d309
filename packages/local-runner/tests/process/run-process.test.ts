import { afterEach, describe, expect, it } from '@jest/globals'
import { runProcess, type Cancellation, type ProcessControl } from '../../src/process/run-process.ts'

const node = (script: string): { readonly file: string; readonly args: readonly string[] } => ({
  file: process.execPath,
  args: ['-e', script]
})

describe('runProcess', () => {
  const lines: string[] = []
  afterEach(() => {
    lines.length = 0
  })

  const run = (
    command: { readonly file: string; readonly args: readonly string[] },
    control: Partial<ProcessControl> = {},
    input?: string
  ): Promise<number> =>
    runProcess(
      {
        ...command,
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '' },
        ...(input === undefined ? {} : { input })
      },
      {
        signal: new AbortController().signal,
        killSignal: new AbortController().signal,
        grace: { interruptMs: 100, terminateMs: 100 },
        onLine: line => {
          lines.push(line)
          return Promise.resolve()
        },
        ...control
      }
    )

  /** Cancels when the process says that it is ready. */
  const cancelWhenReady = (controller: AbortController, reason: Error): Partial<ProcessControl> => ({
    signal: controller.signal,
    onLine: line => {
      lines.push(line)
      if (line === 'ready') controller.abort(reason)
      return Promise.resolve()
    }
  })

  it('writes one line to stdin and closes it', async () => {
    const echo = node("process.stdout.write(JSON.stringify(require('fs').readFileSync(0, 'utf8')))")
    expect(await run(echo, {}, '{"a":1}')).toBe(0)
    expect(lines).toEqual(['"{\\"a\\":1}\\n"'])
  })

  it.each([
    { script: 'process.exit(42)', code: 42 },
    { script: "process.kill(process.pid, 'SIGKILL')", code: 137 }
  ])('returns the exit code of $script', async ({ script, code }) => {
    expect(await run(node(script))).toBe(code)
  })

  it('reads stdout and stderr alike, the last line without an end included', async () => {
    await run(node("process.stdout.write('out\\nlast'); process.stderr.write('err')"))
    expect([...lines].sort()).toEqual(['err', 'last', 'out'])
  })

  it.each([
    { title: 'SIGINT is enough', handlers: [], exitCode: 130 },
    { title: 'SIGTERM follows', handlers: ['SIGINT'], exitCode: 143 },
    { title: 'SIGKILL ends it', handlers: ['SIGINT', 'SIGTERM'], exitCode: 137 }
  ])('cancels step by step, and tells how it ended: $title', async ({ handlers, exitCode }) => {
    const script = `
      for (const name of ${JSON.stringify(handlers)}) process.on(name, () => console.log(name))
      setInterval(() => undefined, 1000)
      console.log('ready')`
    const reason = new Error('cancelled')
    const ends: Cancellation[] = []
    const control = {
      ...cancelWhenReady(new AbortController(), reason),
      onCancelled: (end: Cancellation) => ends.push(end)
    }
    await expect(run(node(script), control)).rejects.toBe(reason)
    expect(lines).toEqual(['ready', ...handlers])
    const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'].slice(0, handlers.length + 1)
    expect(ends).toEqual([{ signals, exitCode }])
  })

  it('throws when it was cancelled, whatever the process answers', async () => {
    const script =
      "process.on('SIGINT', () => process.exit(0)); setInterval(() => undefined, 1000); console.log('ready')"
    const reason = new Error('cancelled')
    await expect(run(node(script), cancelWhenReady(new AbortController(), reason))).rejects.toBe(reason)
  })

  it('signals the process and not its children', async () => {
    const child = "process.on('SIGINT', () => console.log('child')); setTimeout(() => console.log('child ends'), 400)"
    const script = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(`console.log('ready'); ${child}`)}], { stdio: 'inherit' })
      process.on('SIGINT', () => console.log('parent'))
      child.on('exit', () => process.exit(0))`
    const reason = new Error('cancelled')
    const control = {
      ...cancelWhenReady(new AbortController(), reason),
      grace: { interruptMs: 60_000, terminateMs: 1 }
    }
    await expect(run(node(script), control)).rejects.toBe(reason)
    expect(lines).toEqual(['ready', 'parent', 'child ends'])
  })

  it('ends at once when the runner is killed', async () => {
    const kill = new AbortController()
    const script = "process.on('SIGINT', () => undefined); setInterval(() => undefined, 1000); console.log('ready')"
    const code = await run(node(script), {
      killSignal: kill.signal,
      onLine: () => {
        kill.abort()
        return Promise.resolve()
      }
    })
    expect(code).toBe(137)
  })

  it('says what could not be started', async () => {
    await expect(run({ file: '/no/such/program', args: [] })).rejects.toThrow(
      "An error occurred trying to start process '/no/such/program' with working directory '/'. No such file or directory"
    )
  })
})
