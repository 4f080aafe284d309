import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { allContainerStatuses } from './container-status.ts'

/** Why a pod does not run, in the words of scheduler and kubelet. */
export interface PodTrouble {
  /** One sentence that names container and image. */
  readonly message: string
  /**
   * `image-pull`: the image cannot be pulled now; the kubelet goes on trying. `start`: neither can the container be made; the kubelet tries again.
   * `no-command`: neither image nor pod says what to run.
   * `scheduling`: no node takes the pod yet. `failed`: it is over.
   */
  readonly kind: 'image-pull' | 'start' | 'scheduling' | 'no-command' | 'failed'
  /** Waiting longer cannot help: a bad image name, a failed container, a pod that was refused. */
  readonly isFinal: boolean
}

/** Reasons of a waiting container (kubernetes/pkg/kubelet/images/types.go, container/sync_result.go). */
const pullReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed'
]
/** Not CreateContainerConfigError: a busy kubelet says so of a Secret that was created just now ("failed to sync secret cache"), and tries again. */
const hopelessReasons = ['InvalidImageName', 'ErrImageNeverPull']
/** In these words of containerd and CRI-O. */
const noCommand = /\bno command specified\b/i
const harmlessReasons = ['ContainerCreating', 'PodInitializing']

/** undefined when nothing is wrong (yet). */
export function explainPod(pod: V1Pod): PodTrouble | undefined {
  return explainContainers(pod) ?? explainPhase(pod) ?? explainScheduling(pod)
}

/** How a container ended, or undefined when it runs or ended well. */
export function explainTermination(status: V1ContainerStatus): string | undefined {
  const terminated = status.state?.terminated
  if (terminated === undefined || terminated.exitCode === 0) return undefined
  const reason = terminated.reason ?? 'Error'
  const memory = reason === 'OOMKilled' ? '; it used more memory than its limit allows' : ''
  const message = terminated.message === undefined ? '' : `: ${terminated.message.trim()}`
  return `Container ${status.name} ended with exit code ${terminated.exitCode} (${reason}${memory})${message}`
}

/** Where a pod stands, for who has waited in vain: its phase, the conditions that it does not fulfil, and each container that is not ready. */
export function describePod(pod: V1Pod): string {
  const conditions = (pod.status?.conditions ?? [])
    .filter(
      ({ status, reason }) =>
        status === 'False' && !['ContainersNotReady', 'ContainersNotInitialized'].includes(reason ?? '')
    )
    .map(({ type, reason, message }) => [`${type} is False`, reason, message].filter(Boolean).join(': '))
  const containers = allContainerStatuses(pod)
    .filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0)
    .map(describeContainer)
  return [`its phase is ${pod.status?.phase ?? 'unknown'}`, ...conditions, ...containers].join('; ')
}

function describeContainer(status: V1ContainerStatus): string {
  const { name, image, state } = status
  if (state?.running !== undefined) return `container ${name} runs, but is not ready`
  const { reason, message } = state?.waiting ?? {}
  return (
    explainTermination(status) ??
    [`container ${name} (image ${image}) waits`, reason, message].filter(Boolean).join(': ')
  )
}

function explainContainers(pod: V1Pod): PodTrouble | undefined {
  for (const { name, image, state } of allContainerStatuses(pod)) {
    const { reason, message } = state?.waiting ?? {}
    if (reason === undefined || harmlessReasons.includes(reason)) continue
    const lacksCommand = message !== undefined && noCommand.test(message)
    const kind = pullReasons.includes(reason) ? 'image-pull' : 'start'
    return {
      message: `Container ${name} (image ${image}) cannot start: ${reason}${message === undefined ? '' : `: ${message}`}`,
      kind: lacksCommand ? 'no-command' : kind,
      isFinal: lacksCommand || hopelessReasons.includes(reason)
    }
  }
  return undefined
}

function explainPhase(pod: V1Pod): PodTrouble | undefined {
  if (pod.status?.phase !== 'Failed') return undefined
  const failed = allContainerStatuses(pod)
    .map(explainTermination)
    .filter(text => text !== undefined)
  // Why the pod was ended (Evicted, DeadlineExceeded) explains more than how its containers went down with it.
  const words = [pod.status.reason, pod.status.message].filter(text => text !== undefined && text !== '').join(': ')
  const message = words === '' ? (failed[0] ?? 'The pod failed: no reason given') : `The pod failed: ${words}`
  return { message, kind: 'failed', isFinal: true }
}

function explainScheduling(pod: V1Pod): PodTrouble | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (condition?.status !== 'False') return undefined
  return {
    message: `The pod cannot be scheduled: ${condition.message ?? condition.reason ?? 'no reason given'}`,
    kind: 'scheduling',
    isFinal: false
  }
}
