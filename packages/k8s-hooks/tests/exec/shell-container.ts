import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PodCommand } from '../../src/exec/pod-command.ts'
import { parseSupervisorWords, type SupervisorWords } from '../../src/exec/supervisor-record.ts'
import { stopScript, supervisorScript } from '../../src/exec/supervisor-script.ts'
import type { Shell } from './shells.ts'

export interface Session extends SupervisorWords {
  readonly output: Buffer
}

export interface SessionOptions {
  readonly offset?: number
  /** See SupervisorPlace. */
  readonly preparation?: string
  readonly companion?: readonly string[]
  /** Text that is sent in place of the supervisor's. */
  readonly script?: string
  /** Closes every stream and kills the shell, as a broken connection may, when the output is so long. */
  readonly cutAtBytes?: number
  /** Ends like a connection that breaks before the acknowledgement. */
  readonly isSilent?: boolean
  /** Instead of this process's own. */
  readonly env?: Readonly<Record<string, string>>
}

/** A container as far as the supervisor needs one: a shell, and a run folder of its own. */
export interface ShellContainer {
  readonly folder: string
  readonly attach: (command: PodCommand, options?: SessionOptions) => Promise<Session>
  readonly stop: (id: string, graceMs?: number) => Promise<void>
  readonly remove: () => Promise<void>
}

export async function createShellContainer({ argv }: Shell): Promise<ShellContainer> {
  const runFolder = await mkdtemp(join(tmpdir(), 'k8s hooks '))
  return {
    folder: runFolder,
    attach: (command, options = {}) =>
      runSession(
        argv,
        options.script ??
          supervisorScript(command, { runFolder, offset: options.offset ?? 0, preparation: options.preparation }),
        options
      ),
    stop: async (id, graceMs = 5_000) => {
      await runSession([...argv, '-c', stopScript(id, { runFolder, graceMs })], '', {})
    },
    remove: () => rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function runSession(
  [file = '', ...args]: readonly string[],
  script: string,
  options: SessionOptions
): Promise<Session> {
  const child = spawn(file, args, { stdio: 'pipe', ...(options.env === undefined ? {} : { env: options.env }) })
  const chunks: Buffer[] = []
  let bytes = 0
  let stderr = ''
  const cut = (): void => {
    child.kill('SIGKILL')
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  }
  const acknowledge = (): void => {
    const { record } = parseSupervisorWords(stderr)
    if (record?.kind === 'exit' && record.outputBytes <= (options.offset ?? 0) + bytes)
      child.stdin.end(options.isSilent === true ? '' : 'ack\n')
  }
  child.stdin.on('error', () => undefined)
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= (options.cutAtBytes ?? Infinity)) cut()
    else acknowledge()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
    acknowledge()
  })
  child.stdin.write(script)
  // A text that starts nothing leaves the shell waiting for more.
  if (options.script !== undefined || script === '') child.stdin.end()
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve())
  })
  return { output: Buffer.concat(chunks), ...parseSupervisorWords(stderr) }
}
