import { spawn, type ChildProcess } from 'node:child_process'
import { Writable } from 'node:stream'
import type { Exec, ExecResult } from '../../src/kubernetes/cluster.ts'
import { resultOfExit } from '../../src/kubernetes/exec-status.ts'
import { drained } from '../../src/support/drained.ts'
import { systemShell, type Shell } from './shells.ts'

export interface LocalExecOptions {
  readonly shell?: Shell
  /** Instead of this process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Of each connection in turn: after how many bytes of stdout it breaks. Those behind the last do not break. */
  readonly cuts?: readonly number[]
}

/** Runs `sh` of this machine as if it were that of a container. A connection that breaks does not end the process, as in a container. */
export function localExec({ shell = systemShell, env, cuts = [] }: LocalExecOptions = {}): Exec {
  const left = [...cuts]
  return async ({ command, stdin, stdout, stderr, signal }) => {
    signal.throwIfAborted()
    const child = spawn(shell.argv[0], [...shell.argv.slice(1), ...command.slice(1)], {
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env })
    })
    // A shell that has ended reads no more.
    child.stdin?.on('error', () => undefined)
    if (stdin !== undefined && child.stdin !== null) stdin.pipe(child.stdin)
    const result = await Promise.race([
      carry(child, { stdout, stderr, cutAfter: left.shift(), signal }),
      aborted(signal)
    ])
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
    child.unref()
    stdin?.destroy()
    signal.throwIfAborted()
    return result
  }
}

interface Carried {
  readonly stdout: Writable | undefined
  readonly stderr: Writable | undefined
  readonly cutAfter: number | undefined
  readonly signal: AbortSignal
}

async function carry(child: ChildProcess, { stdout, stderr, cutAfter, signal }: Carried): Promise<ExecResult> {
  const closed = new Promise<ExecResult>(resolve => {
    child.once('close', (code, signalName) =>
      resolve(code === null ? { kind: 'broken', reason: `killed by ${String(signalName)}` } : resultOfExit(code))
    )
  })
  child.stderr?.on('data', (chunk: Buffer) => stderr?.write(chunk))
  let left = cutAfter ?? Number.POSITIVE_INFINITY
  for await (const chunk of child.stdout ?? []) {
    const bytes = (chunk as Buffer).subarray(0, left)
    left -= bytes.length
    if (stdout !== undefined && bytes.length > 0 && !stdout.write(bytes)) await drained(stdout, signal)
    if (left === 0) return { kind: 'broken', reason: 'the connection was cut' }
  }
  return await closed
}

async function aborted(signal: AbortSignal): Promise<ExecResult> {
  return await new Promise(resolve => {
    signal.addEventListener('abort', () => resolve({ kind: 'broken', reason: 'aborted' }))
  })
}

/** Keeps everything that is written to it. */
export function createSink(): { readonly stream: Writable; readonly bytes: () => Buffer; readonly text: () => string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk)
      done()
    }
  })
  const bytes = (): Buffer => Buffer.concat(chunks)
  return { stream, bytes, text: () => bytes().toString('utf8') }
}
