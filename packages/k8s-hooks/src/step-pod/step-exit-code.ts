import { HookError } from '@k8s-hooks/hooklib'
import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node'
import { containerStatusOf } from '../kubernetes/container-status.ts'

/**
 * How a container ended, as soon as the kubelet says so. A pod that was ended as a whole (evicted, node shut down) gives nothing: its own words
 * explain more than the 137 of a container that went down with it.
 */
export function endOf(pod: V1Pod, container: string): V1ContainerStateTerminated | undefined {
  if (pod.status?.phase === 'Failed' && (pod.status.reason ?? '') !== '') return undefined
  return containerStatusOf(pod, container)?.state?.terminated
}

/**
 * The exit code of a container that ended by itself.
 * @throws HookError `STEP_OUT_OF_MEMORY`, `POD_FAILED` for every other end that is not the program's own (contract 5.27)
 */
export function exitCodeOf(podName: string, { exitCode, reason, message }: V1ContainerStateTerminated): number {
  if (reason === 'OOMKilled') {
    throw new HookError(
      'STEP_OUT_OF_MEMORY',
      `The container of pod ${podName} ended with exit code ${exitCode}: it used more memory than its limit allows (OOMKilled).`,
      { hint: 'Raise the memory limit of $step in the hook template.', exitCode: exitCode === 0 ? 137 : exitCode }
    )
  }
  if (reason === undefined || ['Completed', 'Error'].includes(reason)) return exitCode
  throw new HookError(
    'POD_FAILED',
    `The container of pod ${podName} ended: ${reason}${message === undefined ? '' : `: ${message.trim()}`}`,
    { exitCode: exitCode === 0 ? 1 : exitCode }
  )
}
