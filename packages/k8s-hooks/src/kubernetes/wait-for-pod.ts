import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { poll, type Sleep } from '../support/poll.ts'
import type { Pods } from './cluster.ts'
import { explainPod, type PodTrouble } from './explain-pod.ts'

export interface WaitForPodOptions<T> {
  readonly pods: Pick<Pods, 'get'>
  readonly podName: string
  /** A value ends the wait. */
  readonly until: (pod: V1Pod) => T | undefined
  readonly timeoutMs: number
  /** How long an image may fail to be pulled before the wait is given up: registries have short outages. */
  readonly imagePullGraceMs: number
  /** Called with each trouble that is new, at once. */
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
  const { pods, podName, until, timeoutMs, imagePullGraceMs, onTrouble, signal, sleep, now = Date.now } = options
  const startedMs = now()
  let pullTroubleSinceMs: number | undefined
  let lastMessage = ''
  return await poll(
    async () => {
      const pod = await pods.get(podName, signal)
      if (pod === undefined) throw new HookError('POD_GONE', `Pod ${podName} was deleted while the hook waited for it.`)
      const value = until(pod)
      if (value !== undefined) return value
      const trouble = explainPod(pod)
      if (trouble !== undefined && trouble.message !== lastMessage) onTrouble?.(trouble)
      lastMessage = trouble?.message ?? ''
      pullTroubleSinceMs = trouble?.isImagePull === true ? (pullTroubleSinceMs ?? now()) : undefined
      const pullGraceOver = pullTroubleSinceMs !== undefined && now() - pullTroubleSinceMs >= imagePullGraceMs
      if (trouble !== undefined && (trouble.isFinal || pullGraceOver)) throw toPodError(podName, trouble)
      if (now() - startedMs >= timeoutMs) throw timeoutError(podName, timeoutMs, pod, trouble)
      return undefined
    },
    { signal, intervalMs: 100, maxIntervalMs: 1000, ...(sleep === undefined ? {} : { sleep }) }
  )
}

function toPodError(podName: string, { message, isImagePull }: PodTrouble): HookError {
  return isImagePull
    ? new HookError('IMAGE_PULL_FAILED', `Pod ${podName}: ${message}`, {
        hint: 'Is the image name right, and may the node pull it (imagePullSecrets in the hook template, registry reachable from the node)?'
      })
    : new HookError('POD_FAILED', `Pod ${podName}: ${message}`, { hint: `kubectl describe pod ${podName}` })
}

function timeoutError(podName: string, timeoutMs: number, pod: V1Pod, trouble: PodTrouble | undefined): HookError {
  const state = trouble?.message ?? `its phase is ${pod.status?.phase ?? 'unknown'}`
  return new HookError(
    'POD_TIMEOUT',
    `Pod ${podName} was not ready after ${Math.round(timeoutMs / 1000)} s: ${state}`,
    {
      hint: 'ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS sets how long the hook waits.'
    }
  )
}
