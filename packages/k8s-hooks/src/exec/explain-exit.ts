import { HookError } from '@k8s-hooks/hooklib'
import type { PodCommand } from './pod-command.ts'
import type { SupervisorExit } from './supervisor-record.ts'

/** What execve takes for one variable or argument with pages of 4 KiB: https://man7.org/linux/man-pages/man2/execve.2.html, MAX_ARG_STRLEN. */
const mostBytes = 131_072
/** What a shell says of a program that is there and cannot be started. */
const cannotExecute = 126

/**
 * Why a command failed, where its exit code alone is a riddle. The exit code stays the command's own.
 * `STEP_OUT_OF_MEMORY`: the kernel killed a process of the container; where it kills only that process, the container itself shows nothing.
 * `STEP_TOO_LARGE`: Linux starts no program with such a variable or argument.
 */
export function explainExit(
  { exitCode, oomKills }: SupervisorExit,
  command: PodCommand,
  podName: string
): HookError | undefined {
  if (exitCode !== 0 && oomKills > 0) {
    return new HookError(
      'STEP_OUT_OF_MEMORY',
      `The step ended with exit code ${exitCode}; while it ran, the kernel killed ${oomKills === 1 ? 'a process' : `${oomKills} processes`} of pod ${podName} for using more memory than the limit allows (OOMKilled).`,
      { hint: 'Raise the memory limit of the job container: `options: --memory`, or the hook template.', exitCode }
    )
  }
  const large = exitCode === cannotExecute ? tooLarge(command) : undefined
  if (large === undefined) return undefined
  return new HookError(
    'STEP_TOO_LARGE',
    `The step could not be started: ${large}, and Linux takes at most ${mostBytes - 1}.`,
    { hint: 'Pass it in a file.', exitCode }
  )
}

function tooLarge({ env, argv }: PodCommand): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    const bytes = Buffer.byteLength(`${name}=${value}`)
    if (bytes >= mostBytes) return `the environment variable ${name} has ${bytes} bytes with its name`
  }
  const bytes = Math.max(...argv.map(argument => Buffer.byteLength(argument)))
  return bytes >= mostBytes ? `one of its arguments has ${bytes} bytes` : undefined
}
