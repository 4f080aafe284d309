import type { V1Pod } from '@kubernetes/client-node'
import type { Settings } from '../config/settings.ts'

/** What a pod that is not ready waits for: a node; its images and volumes; its containers, which run but are not ready. */
export type PodStage = keyof Settings['stageTimeoutsMs']

/** Where a pod stands. A status cannot tell a pull from a volume that is being mounted: both are `pull`, in which a container has yet to be made. */
export function stageOf(pod: V1Pod): PodStage {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const isScheduled = conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'True')
  if (!isScheduled && containerStatuses.length === 0) return 'schedule'
  if (initContainerStatuses.some(({ state }) => state?.running !== undefined)) return 'start'
  const areMade = containerStatuses.every(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined
  )
  return areMade && containerStatuses.length > 0 ? 'start' : 'pull'
}
