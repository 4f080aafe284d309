import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** Runs a program of the repository with the terminal's own output; resolves with its exit code. */
export async function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>
): Promise<number> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env })
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
