import { HookError } from '@k8s-hooks/hooklib'
import type { Readable } from 'node:stream'
import type { Exec } from '../kubernetes/cluster.ts'
import { untilDone } from '../kubernetes/until-done.ts'
import { SyncCut } from './sync-cut.ts'
import { createTail } from './tail.ts'

export interface PodShell {
  readonly exec: Exec
  readonly podName: string
  readonly container: string
}

export interface ShellRun {
  /** Text of a POSIX shell script; `args` are its $1, $2, … */
  readonly script: string
  readonly args?: readonly string[]
  readonly stdin?: Readable
  readonly signal: AbortSignal
}

export interface ShellResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a short script by the container's `sh`; its output is small.
 * @throws SyncCut when the connection broke; HookError `WORKSPACE_TOOL_MISSING` when there is no `sh`
 */
export async function runPodShell(
  shell: PodShell,
  { script, args = [], stdin, signal }: ShellRun
): Promise<ShellResult> {
  const { exec, podName, container } = shell
  const stdout = createTail()
  const stderr = createTail()
  const result = await exec({
    podName,
    container,
    command: ['sh', '-c', untilDone(script), 'k8s-hooks', ...args],
    ...(stdin === undefined ? {} : { stdin }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal
  })
  if (result.kind === 'exited') return { exitCode: result.exitCode, stdout: stdout.text(), stderr: stderr.text() }
  if (/executable file not found|no such file or directory/i.test(result.reason)) throw toolMissing(shell, ['sh'])
  throw new SyncCut(result.reason)
}

export function toolMissing({ podName, container }: PodShell, tools: readonly string[]): HookError {
  const names = tools.join(', ')
  return new HookError(
    'WORKSPACE_TOOL_MISSING',
    `The image of container ${container} in pod ${podName} has no ${names}.`,
    {
      hint: `Add ${names} to the image, or share a work volume between runner and job (containerMode kubernetes).`
    }
  )
}
