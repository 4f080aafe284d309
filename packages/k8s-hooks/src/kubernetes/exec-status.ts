import type { V1Status } from '@kubernetes/client-node'
import type { ExecResult } from './cluster.ts'
import { doneExitCode } from './until-done.ts'

/**
 * What the status frame (channel 3) of an exec says.
 * "The command did not run" (no such program, no such container) is an exit code too: 126/127 as a shell would report it is not knowable here,
 * so it comes back as `broken` with the runtime's own words.
 */
export function execResultOf(frame: string): ExecResult {
  const status = parseStatus(frame)
  if (status.status === 'Success') return resultOfExit(0)
  const exitCode = Number(status.details?.causes?.find(cause => cause.reason === 'ExitCode')?.message)
  if (status.reason === 'NonZeroExitCode' && Number.isInteger(exitCode)) return resultOfExit(exitCode)
  return { kind: 'broken', reason: status.message ?? 'the API server gave no reason' }
}

/** What an exit code proves: see until-done.ts. */
export function resultOfExit(exitCode: number): ExecResult {
  if (exitCode === 0) return { kind: 'broken', reason: 'it ended without an exit code of the command' }
  return { kind: 'exited', exitCode: exitCode === doneExitCode ? 0 : exitCode }
}

function parseStatus(frame: string): V1Status {
  try {
    const parsed: unknown = JSON.parse(frame)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Told below in the server's own words.
  }
  return { message: `the status of the command cannot be read: ${frame.slice(0, 200)}` }
}
