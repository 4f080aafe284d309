import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** Runs a program of the repository; resolves with its exit code. `onOutput` hears what it says, else the terminal shows it. */
export async function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  onOutput?: (text: string) => void
): Promise<number> {
  const [program = '', ...args] = command
  const out = onOutput === undefined ? 'inherit' : 'pipe'
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', out, out], env })
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', onOutput ?? (() => undefined))
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  return await new Promise((done, reject) => {
    child.once('error', reject)
    child.once('close', code => done(code ?? 1))
  })
}

/** The embedded cluster's own command line. */
export function clusterCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, '--import', 'tsx', 'cluster/src/main.ts', ...args]
}

/** A program of the repository run by Node inside the embedded cluster's network. */
export function insideCluster(...args: readonly string[]): readonly string[] {
  return clusterCommand('run', 'env', 'K8S_HOOKS_CLUSTER=embedded', process.execPath, '--import', 'tsx', ...args)
}
