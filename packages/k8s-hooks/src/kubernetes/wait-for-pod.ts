import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { poll, type Sleep } from '../support/poll.ts'
import type { Pods } from './cluster.ts'
import { describeProgress, explainPod, type PodTrouble } from './explain-pod.ts'

export interface WaitForPodOptions<T> {
  readonly pods: Pick<Pods, 'get'>
  readonly podName: string
  /** A value ends the wait; what it throws too. */
  readonly until: (pod: V1Pod) => T | undefined
  readonly timeoutMs: number
  /** How long an image may fail to be pulled before the wait is given up: registries have short outages. */
  readonly imagePullGraceMs: number
  /** Called with each trouble at once, and with one that lasts every minute. */
  readonly onTrouble?: (trouble: PodTrouble) => void
  readonly signal: AbortSignal
  readonly sleep?: Sleep
  readonly now?: () => number
}

/**
 * Polls a pod (ARC's role has no watch) until `until` gives a value.
 * @throws HookError `POD_GONE`, `IMAGE_PULL_FAILED`, `POD_FAILED`, `POD_TIMEOUT`: each with what kubelet or scheduler said last
 */
export async function waitForPod<T>(options: WaitForPodOptions<T>): Promise<T> {
  const { pods, podName, until, signal, sleep } = options
  const throwIfHopeless = createPatience(options)
  return await poll(
    async () => {
      const pod = await pods.get(podName, signal)
      if (pod === undefined) throw new HookError('POD_GONE', `Pod ${podName} was deleted while the hook waited for it.`)
      const value = until(pod)
      if (value === undefined) throwIfHopeless(pod)
      return value
    },
    { signal, intervalMs: 100, maxIntervalMs: 1000, ...(sleep === undefined ? {} : { sleep }) }
  )
}

/** A busy container runtime fails to make a container for a moment (a name still reserved, a deadline of its own), and the kubelet tries again. */
const startGraceMs = 30_000
const repeatTroubleAfterMs = 60_000

/** Says what is wrong with a pod, and throws when it has been so for too long. */
function createPatience<T>(options: WaitForPodOptions<T>): (pod: V1Pod) => void {
  const { podName, timeoutMs, imagePullGraceMs, onTrouble, now = Date.now } = options
  const startedMs = now()
  const saidMs = new Map<string, number>()
  let lasting: { readonly kind: PodTrouble['kind']; readonly sinceMs: number } | undefined

  const say = (trouble: PodTrouble): void => {
    const lastMs = saidMs.get(trouble.message)
    if (lastMs !== undefined && now() - lastMs < repeatTroubleAfterMs) return
    saidMs.set(trouble.message, now())
    onTrouble?.(trouble)
  }
  return pod => {
    const trouble = explainPod(pod)
    if (trouble === undefined) lasting = undefined
    else {
      say(trouble)
      if (lasting?.kind !== trouble.kind) lasting = { kind: trouble.kind, sinceMs: now() }
      const graceMs = { 'image-pull': imagePullGraceMs, start: startGraceMs, scheduling: Infinity, failed: 0 }
      if (trouble.isFinal || now() - lasting.sinceMs >= graceMs[trouble.kind]) throw toPodError(podName, trouble)
    }
    if (now() - startedMs >= timeoutMs)
      throw timeoutError(podName, timeoutMs, trouble?.message ?? describeProgress(pod))
  }
}

function toPodError(podName: string, { message, kind }: PodTrouble): HookError {
  return kind === 'image-pull'
    ? new HookError('IMAGE_PULL_FAILED', `Pod ${podName}: ${message}`, {
        hint: 'Is the image name right, and may the node pull it (imagePullSecrets in the hook template, registry reachable from the node)?'
      })
    : new HookError('POD_FAILED', `Pod ${podName}: ${message}`, { hint: `kubectl describe pod ${podName}` })
}

function timeoutError(podName: string, timeoutMs: number, state: string): HookError {
  return new HookError(
    'POD_TIMEOUT',
    `Pod ${podName} was not ready after ${Math.round(timeoutMs / 1000)} s: ${state}`,
    {
      hint: 'ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS sets how long the hook waits.'
    }
  )
}
