import type { Exec } from '../kubernetes/cluster.ts'
import { HookError } from '@k8s-hooks/hooklib'
import { jobContainerName } from './service-names.ts'

/**
 * Whether the job container is Alpine; the runner then starts actions with its musl build of Node (contract 1.9).
 * @throws HookError `JOB_CONTAINER_UNUSABLE` when nothing can be run in the container
 */
export async function isAlpine(exec: Exec, podName: string, signal: AbortSignal): Promise<boolean> {
  const command = ['sh', '-c', '[ -e /etc/alpine-release ]']
  const result = await exec({ podName, container: jobContainerName, command, signal })
  if (result.kind === 'exited') return result.exitCode === 0
  throw new HookError(
    'JOB_CONTAINER_UNUSABLE',
    `Nothing can be run in the job container of pod ${podName}: ${result.reason}`,
    {
      hint: 'The image of a job container needs sh, cat, sleep, mkdir, mv, rm and wc.'
    }
  )
}
