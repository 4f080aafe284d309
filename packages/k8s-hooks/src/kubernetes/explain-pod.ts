import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { allContainerStatuses } from './container-status.ts'

/** Why a pod does not run, in the words of scheduler and kubelet. */
export interface PodTrouble {
  /** One sentence that names container and image. */
  readonly message: string
  /** Waiting longer cannot help: a bad image name, a failed container, a pod that was refused. */
  readonly isFinal: boolean
  /** The image cannot be pulled now; the kubelet goes on trying. */
  readonly isImagePull: boolean
}

const hopelessReasons = [
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError'
]
const pullReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError'
]

/** undefined when nothing is wrong (yet). */
export function explainPod(pod: V1Pod): PodTrouble | undefined {
  return explainContainers(pod) ?? explainPhase(pod) ?? explainScheduling(pod)
}

function explainContainers(pod: V1Pod): PodTrouble | undefined {
  for (const status of allContainerStatuses(pod)) {
    const waiting = status.state?.waiting
    const reason = waiting?.reason
    if (reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing') continue
    return {
      message: `Container ${status.name} (image ${status.image}) cannot start: ${reason}${waiting?.message === undefined ? '' : `: ${waiting.message}`}`,
      isFinal: hopelessReasons.includes(reason),
      isImagePull: pullReasons.includes(reason)
    }
  }
  return undefined
}

function explainPhase(pod: V1Pod): PodTrouble | undefined {
  if (pod.status?.phase !== 'Failed') return undefined
  const failed = allContainerStatuses(pod)
    .map(explainTermination)
    .find(text => text !== undefined)
  const words = [pod.status.reason, pod.status.message].filter(text => text !== undefined && text !== '').join(': ')
  return {
    message: failed ?? `The pod failed: ${words === '' ? 'no reason given' : words}`,
    isFinal: true,
    isImagePull: false
  }
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

function explainScheduling(pod: V1Pod): PodTrouble | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (condition?.status !== 'False') return undefined
  return {
    message: `The pod cannot be scheduled: ${condition.message ?? condition.reason ?? 'no reason given'}`,
    isFinal: false,
    isImagePull: false
  }
}
