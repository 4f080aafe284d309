import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { Writable } from 'node:stream'
import type { Cluster } from '../kubernetes/cluster.ts'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import { explainTermination } from '../kubernetes/explain-pod.ts'
import { poll, type Sleep } from '../support/poll.ts'
import { attach, type Attachment } from './attach.ts'
import type { Preparation } from './companion.ts'
import { explainExit } from './explain-exit.ts'
import type { PodCommand } from './pod-command.ts'
import { runFolder as defaultRunFolder } from './run-folder.ts'
import type { SupervisorExit } from './supervisor-record.ts'
import { stopScript } from './supervisor-script.ts'

export interface RunInPodOptions {
  readonly cluster: Pick<Cluster, 'exec' | 'pods'>
  readonly podName: string
  readonly container: string
  readonly output: Writable
  readonly signal: AbortSignal
  /** The connection is made at once, the command begins when this resolves; when it rejects, nothing begins. Absent: at once. */
  readonly begin?: Promise<Preparation> | undefined
  /** Called when the command is known to run, or to have run: more than once, maybe. */
  readonly onStart?: () => void
  /** Another folder than run-folder.ts names. */
  readonly runFolder?: string
  readonly sleep?: Sleep
  readonly now?: () => number
}

/** Longer than an API server takes to be replaced. */
const giveUpAfterMs = 300_000
/** Within the 7.5 s that the runner leaves before its SIGTERM (contract 1.10). */
const stopWithinMs = 6_500
const stopGraceMs = 5_000

/**
 * Runs a command detached in a container and returns its exit code. The connection only carries output: when it breaks, the hook attaches again at the
 * byte where it was, and it believes in an end only when it has read the exit code and every byte of the output.
 * When the signal aborts, or nothing can be learnt of the command any more, it gets SIGTERM, then SIGKILL, before the reason is thrown.
 * @throws the reason of `begin`; HookError `STEP_NOT_STARTED`; `STEP_LOST` when the container or the process ended without an exit code, or for five minutes
 *   no connection reached it: never returns 0 for that; what explain-exit.ts knows
 */
export async function runInPod(command: PodCommand, options: RunInPodOptions): Promise<number> {
  const exit = await runToExit(command, options)
  const explained = explainExit(exit, command, options.podName)
  if (explained !== undefined) throw explained
  return exit.exitCode
}

async function runToExit(command: PodCommand, options: RunInPodOptions): Promise<SupervisorExit> {
  const { signal, sleep, begin = Promise.resolve(), now = Date.now } = options
  let received = 0
  const mayRun = fulfilmentOf(begin)
  let isStarted = false
  let lastAttachedMs: number | undefined
  const nextOptions = accompaniedOnce(options)
  const probe = async (): Promise<SupervisorExit | undefined> => {
    const attached = await attachOrBreak(command, received, nextOptions())
    const { bytes, hasAttached, record, brokenReason, refusal } = attached
    await begin
    lastAttachedMs ??= now()
    received += bytes
    if (record?.kind === 'exit' && received >= record.outputBytes) return record
    await throwIfContainerEnded(options)
    if (record?.kind === 'lost') throw lostError(options, 'its process ended without an exit code')
    // While the command runs, a refusal is one more break.
    if (refusal !== undefined && !isStarted) throw refusal
    if (hasAttached) lastAttachedMs = now()
    isStarted ||= hasAttached
    if (now() - lastAttachedMs > giveUpAfterMs) throw lostError(options, brokenReason)
    return undefined
  }
  try {
    return await poll(probe, {
      signal,
      intervalMs: 100,
      maxIntervalMs: 5_000,
      ...(sleep === undefined ? {} : { sleep })
    })
  } catch (error) {
    if (mayRun()) await stop(command.id, options)
    throw error
  }
}

/** A companion comes by the first connection only. */
function accompaniedOnce(options: RunInPodOptions): () => RunInPodOptions {
  const alone = options.begin?.then(({ script }): Preparation => ({ script }))
  alone?.catch(() => undefined)
  let connections = 0
  return () => (connections++ === 0 ? options : { ...options, begin: alone })
}

/** Tells at any time whether the promise has resolved. */
function fulfilmentOf(promise: Promise<unknown>): () => boolean {
  let isFulfilled = false
  promise.then(
    () => (isFulfilled = true),
    () => undefined
  )
  return () => isFulfilled
}

/** A connection that could not be had: the API server is away for a while, or it refused. */
async function attachOrBreak(
  command: PodCommand,
  offset: number,
  options: RunInPodOptions
): Promise<Attachment & { readonly refusal?: HookError }> {
  const { cluster, podName, container, output, signal, begin, onStart, runFolder = defaultRunFolder } = options
  const target = { exec: cluster.exec, podName, container, output, runFolder, begin, onStart }
  try {
    return await attach(command, offset, target, signal)
  } catch (error) {
    if (!(error instanceof HookError) || !['CLUSTER_REFUSED', 'CLUSTER_UNREACHABLE'].includes(error.code)) throw error
    const broken = { bytes: 0, hasAttached: false, record: undefined, brokenReason: error.message }
    return error.code === 'CLUSTER_REFUSED' ? { ...broken, refusal: error } : broken
  }
}

async function throwIfContainerEnded(options: RunInPodOptions): Promise<void> {
  const words = await endOfContainer(options)
  if (words !== undefined) throw lostError(options, words)
}

/** How the container has ended; undefined when it runs, or nobody answers. */
async function endOfContainer({ cluster, podName, container, signal }: RunInPodOptions): Promise<string | undefined> {
  try {
    const pod = await cluster.pods.get(podName, signal)
    return pod === undefined ? `pod ${podName} was deleted` : endOf(pod, container)
  } catch (error) {
    if (error instanceof HookError && error.code === 'CLUSTER_UNREACHABLE') return undefined
    throw error
  }
}

function endOf(pod: V1Pod, container: string): string | undefined {
  const { phase, reason, message } = pod.status ?? {}
  if (phase === 'Failed' && reason !== undefined) return [reason, message].filter(Boolean).join(': ')
  const status = containerStatusOf(pod, container)
  if (status?.state?.terminated === undefined) return phase === 'Failed' ? 'the pod failed' : undefined
  return explainTermination(status) ?? `container ${container} ended with exit code 0 while the step ran`
}

function lostError({ podName }: RunInPodOptions, reason: string): HookError {
  const memory = reason.includes('OOMKilled')
  return new HookError('STEP_LOST', `The step in pod ${podName} did not finish: ${reason}.`, {
    hint: memory
      ? 'Raise the memory limit of the job container in the hook template.'
      : `kubectl describe pod ${podName}`,
    ...(memory ? { exitCode: 137 } : {})
  })
}

/** Best effort. */
async function stop(id: string, options: RunInPodOptions): Promise<void> {
  const { cluster, podName, container, runFolder = defaultRunFolder } = options
  try {
    await cluster.exec({
      podName,
      container,
      command: ['sh', '-c', stopScript(id, { runFolder, graceMs: stopGraceMs })],
      signal: AbortSignal.timeout(stopWithinMs)
    })
  } catch {
    // The pod is deleted by cleanup_job or with the runner pod; nothing more can be done in time.
  }
}
