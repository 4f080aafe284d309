import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { LineSplitter } from './line-splitter.ts'
import { stopProcess, type StopGrace, type Stopping } from './stop-process.ts'

export interface ProcessRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Written to stdin, which is then closed. */
  readonly input?: string
}

export interface ProcessControl {
  /** Cancels: SIGINT, SIGTERM, SIGKILL with `grace` between them. */
  readonly signal: AbortSignal
  /** Ends the process at once. */
  readonly killSignal: AbortSignal
  readonly grace: StopGrace
  /** One line of stdout or stderr; the next is read after the promise. */
  readonly onLine: (line: string) => Promise<void>
  /** Hears how a process ended that was cancelled. */
  readonly onCancelled?: (cancellation: Cancellation) => void
}

/** What it took to end a process. */
export interface Cancellation {
  readonly signals: readonly NodeJS.Signals[]
  readonly exitCode: number
}

/** Output that a grandchild still holds open after the exit is waited for this long (1.8). */
const outputGraceMs = 5000

/**
 * Runs a process as the runner's process invoker does. A signal shows as exit code 128 + n, as in .NET.
 *
 * @throws the reason of `signal` when it was cancelled, whatever the process answered
 * @throws Error when the process could not start
 */
export async function runProcess(request: ProcessRequest, control: ProcessControl): Promise<number> {
  control.signal.throwIfAborted()
  const child = spawn(request.file, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: 'pipe',
    // A group of its own, so that Ctrl-C on a terminal reaches the runner alone, which then decides.
    detached: true
  })
  let stopping: Stopping | undefined
  const cancel = (): void => {
    stopping = stopProcess(child, control.grace)
  }
  const kill = (): boolean => child.kill('SIGKILL')
  control.signal.addEventListener('abort', cancel, { once: true })
  control.killSignal.addEventListener('abort', kill, { once: true })
  try {
    const exitCode = await completion(child, request, control)
    if (stopping !== undefined) control.onCancelled?.({ signals: stopping.signals, exitCode })
    control.signal.throwIfAborted()
    return exitCode
  } finally {
    stopping?.release()
    control.signal.removeEventListener('abort', cancel)
    control.killSignal.removeEventListener('abort', kill)
  }
}

async function completion(child: ChildProcess, request: ProcessRequest, control: ProcessControl): Promise<number> {
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', cause => reject(startError(request, cause)))
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
  const { stdin, stdout, stderr } = child
  const outputs = [stdout, stderr].filter(stream => stream !== null)
  const drained = Promise.all(outputs.map(stream => readLines(stream, control.onLine)))
  drained.catch(() => undefined)
  raiseOomScore(child.pid)
  // A hook that ends without reading its input breaks the pipe; its exit code tells more.
  stdin?.on('error', () => undefined)
  stdin?.end(request.input === undefined ? '' : `${request.input}\n`)
  const code = await exited
  await waitForOutput(drained, outputs)
  return code
}

async function waitForOutput(drained: Promise<unknown>, outputs: readonly Readable[]): Promise<void> {
  const timer = new AbortController()
  const late = sleep(outputGraceMs, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([drained, late])
  timer.abort()
  for (const stream of outputs) stream.destroy()
}

async function readLines(stream: Readable, onLine: (line: string) => Promise<void>): Promise<void> {
  const splitter = new LineSplitter()
  try {
    for await (const chunk of stream) {
      for (const line of splitter.push(Buffer.from(chunk as Uint8Array))) await onLine(line)
    }
  } catch (error) {
    if (!stream.destroyed) throw error
  }
  for (const line of splitter.end()) await onLine(line)
}

function startError({ file, cwd }: ProcessRequest, cause: Error): Error {
  const reason = 'code' in cause && cause.code === 'ENOENT' ? 'No such file or directory' : cause.message
  const message = `An error occurred trying to start process '${file}' with working directory '${cwd}'. ${reason}`
  return new Error(message, { cause })
}

/** A hook is the first to go when memory runs out, not the runner (1.8). */
function raiseOomScore(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '500')
  } catch {
    // Not Linux, or the process has already ended.
  }
}
