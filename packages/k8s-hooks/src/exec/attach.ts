import { HookError } from '@k8s-hooks/hooklib'
import { PassThrough, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Exec, ExecResult } from '../kubernetes/cluster.ts'
import { drained } from '../support/drained.ts'
import type { PodCommand } from './pod-command.ts'
import { parseSupervisorWords, type SupervisorRecord } from './supervisor-record.ts'
import { supervisorScript } from './supervisor-script.ts'

export interface AttachTarget {
  readonly exec: Exec
  readonly podName: string
  readonly container: string
  readonly output: Writable
  readonly runFolder: string
  /** What the command waits for; when it rejects, the connection ends without it. Absent: nothing. */
  readonly begin?: Promise<unknown> | undefined
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
 * It is left when the supervisor has nothing more to say: to hear from the runtime that its shell has ended would take some 40 ms more.
 * @throws HookError `STEP_NOT_STARTED` when the container cannot run the supervisor, and what exec throws
 */
export async function attach(
  command: PodCommand,
  offset: number,
  target: AttachTarget,
  signal: AbortSignal
): Promise<Attachment> {
  const { exec, podName, container, output, runFolder, begin } = target
  let bytes = 0
  let said = ''
  const stdin = new PassThrough()
  const leaving = new AbortController()
  // Record and output come on two channels: whichever completes the picture acknowledges.
  const acknowledge = (): void => {
    const { record } = parseSupervisorWords(said)
    if (stdin.writableEnded || record === undefined) return
    if (record.kind === 'lost' || offset + bytes >= record.outputBytes) stdin.end('ack\n')
  }
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length
      acknowledge()
      if (output.write(chunk)) done()
      else void drained(output, signal).then(() => done())
    }
  })
  const stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said += chunk.toString('latin1')
      acknowledge()
      if (parseSupervisorWords(said).isGone) leaving.abort()
      done()
    }
  })
  // Made while the connection is: what the command waits for may take longer than that.
  const script = supervisorScript(command, { runFolder, offset })
  const start = (): void => {
    // The connection may have ended meanwhile.
    if (stdin.writable) stdin.write(script)
  }
  if (begin === undefined) start()
  else begin.then(start, () => stdin.end())
  const running = AbortSignal.any([signal, leaving.signal])
  const result = await exec({ podName, container, command: ['sh'], stdin, stdout, stderr, signal: running }).catch(
    (error: unknown): ExecResult => {
      if (!leaving.signal.aborted || signal.aborted) throw error
      return { kind: 'exited', exitCode: 0 }
    }
  )
  // Bytes that still wait for the output have been received: to attach again behind them would lose none, before them would repeat them.
  await Promise.all([finished(stdout.end()), finished(stderr.end())])
  const { record, hasAttached, others } = parseSupervisorWords(said)
  if (result.kind === 'exited' && record === undefined && !hasAttached && others !== '')
    throw notStarted(target, others)
  const brokenReason = result.kind === 'broken' ? result.reason : `the shell ended with ${result.exitCode}: ${others}`
  return { bytes, hasAttached, record, brokenReason }
}

function notStarted({ podName, runFolder }: AttachTarget, words: string): HookError {
  return new HookError('STEP_NOT_STARTED', `The container of pod ${podName} could not start the step: ${words}`, {
    hint: `The image needs sh, cat, dd, mkdir, rm, sleep and wc; the job container needs a writable ${runFolder}.`
  })
}
