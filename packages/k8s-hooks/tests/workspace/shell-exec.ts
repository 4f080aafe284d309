import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Exec, ExecRequest } from '../../src/kubernetes/cluster.ts'
import { resultOfExit } from '../../src/kubernetes/exec-status.ts'

export interface ShellExec {
  readonly exec: Exec
  readonly requests: readonly ExecRequest[]
}

export interface ShellExecOptions {
  /** PATH of the pod. */
  readonly path?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  /** The connection breaks after so many bytes of stdin in the call of that number. */
  readonly breakCall?: { readonly number: number; readonly afterBytesIn: number }
}

/** An exec that runs the command on this machine: the pod's folders are folders here. */
export function createShellExec({
  path = '/usr/local/bin:/usr/bin:/bin',
  env = {},
  breakCall
}: ShellExecOptions = {}): ShellExec {
  const requests: ExecRequest[] = []
  const exec: Exec = async request => {
    const breaks = requests.push(request) - 1 === breakCall?.number
    const [program = 'sh', ...args] = request.command
    const child = spawn(program === 'sh' ? '/bin/sh' : program, args, { env: { PATH: path, ...env } })
    child.stdin.on('error', () => undefined)
    const carrying = Promise.all([carry(child.stdout, request.stdout), carry(child.stderr, request.stderr)])
    let sent = 0
    if (request.stdin === undefined) child.stdin.end()
    else {
      request.stdin.on('data', (chunk: Buffer) => {
        sent += chunk.length
        child.stdin.write(chunk)
        if (breaks && sent >= breakCall.afterBytesIn) child.kill()
      })
      request.stdin.on('end', () => child.stdin.end())
      request.stdin.on('error', () => child.kill())
    }
    const closed = new Promise<number | null>(resolve => child.on('close', resolve))
    await carrying
    const exitCode = await closed
    return breaks || exitCode === null ? { kind: 'broken', reason: 'connection reset' } : resultOfExit(exitCode)
  }
  return { exec, requests }
}

async function carry(from: Readable, to: Writable | undefined): Promise<void> {
  for await (const chunk of from as AsyncIterable<Buffer>) {
    if (to?.write(chunk) === false) await once(to, 'drain')
  }
}
