import { HookError } from '@k8s-hooks/hooklib'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Exec, ExecResult } from '../kubernetes/cluster.ts'
import type { Preparation } from './companion.ts'
import type { PodCommand } from './pod-command.ts'
import { createStepStreams, type StepStreams } from './step-streams.ts'
import type { SupervisorRecord } from './supervisor-record.ts'
import { supervisorScript } from './supervisor-script.ts'

export interface AttachTarget {
  readonly exec: Exec
  readonly podName: string
  readonly container: string
  readonly output: Writable
  readonly runFolder: string
  /** What the command waits for; when it rejects, the connection ends without it. Absent: nothing. */
  readonly begin?: Promise<Preparation> | undefined
  /** Called when the command is known to run, or to have run: more than once, maybe. */
  readonly onStart?: (() => void) | undefined
}

/** What one connection brought. */
export interface Attachment {
  /** Of the output, all of them written to it. */
  readonly bytes: number
  /** The command runs, or has run. */
  readonly hasAttached: boolean
  readonly record: SupervisorRecord | undefined
  /** Why the connection ended, when it did so without a record. */
  readonly brokenReason: string
}

/**
 * One connection: starts the command or finds it running, and passes output on from byte `offset` until the supervisor's record or a break.
 * It is left, to the companion or for good, when the supervisor has nothing more to say: to hear from the runtime that its shell has ended
 * would take some 40 ms more.
 * @throws HookError `STEP_NOT_STARTED` when the container cannot run the supervisor or prepare the command, and what exec throws
 */
export async function attach(
  command: PodCommand,
  offset: number,
  target: AttachTarget,
  signal: AbortSignal
): Promise<Attachment> {
  const { exec, podName, container, output, runFolder, begin, onStart } = target
  const streams = createStepStreams({ output, offset, signal, onStart })
  const { stdin, stdout, stderr } = streams
  const start = ({ script, companion }: Preparation): void => {
    // The connection may have ended meanwhile.
    if (!stdin.writable) return
    const seat = companion && streams.seat(companion)
    stdin.write(supervisorScript(command, { runFolder, offset, preparation: script, companion: seat?.argv }))
  }
  if (begin === undefined) start({ script: '' })
  else begin.then(start, () => stdin.end())
  const leaving = new AbortController()
  const running = exec({
    ...{ podName, container, command: ['sh'], stdin, stdout, stderr },
    signal: AbortSignal.any([signal, leaving.signal])
  })
  const result = (await Promise.race([running, streams.gone])) ?? 'gone'
  const seat = streams.seated()
  if (result === 'gone' && seat !== undefined) {
    seat.handOver({ stdin, ended: running, leave: () => leaving.abort() })
  } else {
    leaving.abort()
    await running.catch(() => undefined)
    // Bytes that still wait for the output have been received: to attach again behind them would lose none, before them would repeat them.
    await Promise.all([finished(stdout.end()), finished(stderr.end())])
  }
  return attachmentOf(result, streams, target)
}

function attachmentOf(result: ExecResult | 'gone', streams: StepStreams, target: AttachTarget): Attachment {
  const { record, hasAttached, others } = streams.words()
  if (result === 'gone') return { bytes: streams.bytes(), hasAttached, record, brokenReason: '' }
  if (result.kind === 'exited' && record === undefined && !hasAttached && others !== '')
    throw notStarted(target, others)
  const brokenReason = result.kind === 'broken' ? result.reason : `the shell ended with ${result.exitCode}: ${others}`
  return { bytes: streams.bytes(), hasAttached, record, brokenReason }
}

function notStarted({ podName, runFolder }: AttachTarget, words: string): HookError {
  return new HookError('STEP_NOT_STARTED', `The container of pod ${podName} could not start the step: ${words}`, {
    hint: `The image needs sh, cat, dd, mkdir, rm, sleep and wc; the job container needs a writable ${runFolder}.`
  })
}
