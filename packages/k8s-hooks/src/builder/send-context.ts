import { Writable } from 'node:stream'
import { HookError } from '@k8s-hooks/hooklib'
import type { Cluster, ExecResult } from '../kubernetes/cluster.ts'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import { mostCutsInARow } from '../kubernetes/cut-limit.ts'
import { untilDone } from '../kubernetes/until-done.ts'
import { poll, type Sleep } from '../support/poll.ts'
import type { BuildContext } from './builder.ts'
import { receiveContainer } from './container-names.ts'
import { doneMarker, receiveCommand } from './receive-container.ts'

export interface SendContextDeps {
  readonly cluster: Pick<Cluster, 'exec' | 'pods'>
  readonly podName: string
  readonly warn: (line: string) => void
  readonly sleep?: Sleep | undefined
}

/** A receiver that refuses what has arrived does so again, but for an accident. */
const mostRefusals = 1

/**
 * Streams the context into the receiving container, which checks it. What did not arrive whole is sent again, into a
 * fresh directory: once when the receiver refused it, `mostCutsInARow` times when the connection broke. Throws HookError CONTEXT_TRANSFER_FAILED, and what reading the context throws.
 */
export async function sendContext(context: BuildContext, deps: SendContextDeps, signal: AbortSignal): Promise<void> {
  const problems: Problem[] = []
  for (;;) {
    const problem = await sendOnce(context, problems.length + 1, deps, signal)
    if (problem === undefined || (await hasArrived(deps, signal))) return
    problems.push(problem)
    if (isHopeless(problems)) throw transferFailed(deps.podName, problem)
    deps.warn(`The build context did not arrive whole (${problem.words}); it is sent again.`)
  }
}

interface Problem {
  readonly isCut: boolean
  readonly words: string
}

function isHopeless(problems: readonly Problem[]): boolean {
  const refusals = problems.filter(({ isCut }) => !isCut).length
  return refusals > mostRefusals || problems.length - refusals > mostCutsInARow
}

function transferFailed(podName: string, { words }: Problem): HookError {
  return new HookError('CONTEXT_TRANSFER_FAILED', `The build context did not arrive in pod ${podName}: ${words}.`, {
    hint: 'It travels through API server and kubelet: is the disk of the node full, or does a proxy cut long connections?'
  })
}

/** What went wrong; undefined when the receiver has found the context whole. */
async function sendOnce(
  context: BuildContext,
  attempt: number,
  { cluster, podName }: SendContextDeps,
  signal: AbortSignal
): Promise<Problem | undefined> {
  const stdin = context.openTar()
  const stderr = lastWords()
  let readError: Error | undefined
  stdin.on('error', error => {
    // Left half read, as exec does when the connection is gone, a stream ends with an AbortError.
    if (error.name !== 'AbortError') readError = error
  })
  try {
    const command = receiveCommand(attempt, context)
    const result = await cluster.exec({
      podName,
      container: receiveContainer,
      command,
      stdin,
      stderr: stderr.sink,
      signal
    })
    if (readError !== undefined) throw readError
    return problemOf(result, stderr.text())
  } finally {
    stdin.destroy()
  }
}

function problemOf(result: ExecResult, stderr: string): Problem | undefined {
  if (result.kind === 'broken') return { isCut: true, words: `the connection broke: ${result.reason}` }
  if (result.exitCode === 0) return undefined
  const words = `the receiver ended with exit code ${result.exitCode}${stderr === '' ? '' : `: ${stderr}`}`
  return { isCut: false, words }
}

/** The receiver ends only after the context was found whole: an exec that was killed together with it has done its work. */
async function hasArrived(deps: SendContextDeps, signal: AbortSignal): Promise<boolean> {
  if ((await receiverExitCode(deps, signal)) === 0) return true
  const { cluster, podName, sleep } = deps
  try {
    const command = ['sh', '-c', untilDone(`[ -e ${doneMarker} ]`)]
    const result = await cluster.exec({ podName, container: receiveContainer, command, signal })
    if (result.kind === 'exited') return result.exitCode === 0
  } catch {
    signal.throwIfAborted()
  }
  // No command runs in a container that has just ended; its status follows within a second or two.
  let probes = 0
  const exitCode = await poll(
    async () => (await receiverExitCode(deps, signal)) ?? (++probes < 10 ? undefined : 'running'),
    { signal, intervalMs: 300, ...(sleep === undefined ? {} : { sleep }) }
  )
  return exitCode === 0
}

async function receiverExitCode(
  { cluster, podName }: SendContextDeps,
  signal: AbortSignal
): Promise<number | undefined> {
  const pod = await cluster.pods.get(podName, signal)
  return pod === undefined ? undefined : containerStatusOf(pod, receiveContainer)?.state?.terminated?.exitCode
}

function lastWords(): { readonly sink: Writable; readonly text: () => string } {
  let kept = ''
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      kept = (kept + chunk.toString('utf8')).slice(-500)
      done()
    }
  })
  return { sink, text: () => kept.trim().replaceAll('\n', '; ') }
}
