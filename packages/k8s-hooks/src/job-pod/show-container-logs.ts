import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { harmlessLine } from '../builder/harmless-line.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Logger } from '../support/logger.ts'
import { reasonOf } from '../support/reason-of.ts'

export interface ShowContainerLogsRequest {
  readonly podName: string
  readonly cluster: Pick<Cluster, 'pods' | 'readLogTail'>
  readonly logger: Logger
}

const shownLines = 50

/**
 * Shows the last words of each container of a pod that has started and is not ready: why a service is not healthy stands there, and the pod
 * is deleted soon. Throws nothing: whatever went wrong with the pod is what the user must hear of.
 */
export async function showContainerLogs(
  { podName, cluster, logger }: ShowContainerLogsRequest,
  signal: AbortSignal
): Promise<void> {
  try {
    const pod = await cluster.pods.get(podName, signal)
    for (const container of pod === undefined ? [] : troubledContainersOf(pod)) {
      const log = await cluster.readLogTail({ podName, container, lines: shownLines, signal })
      await logger.group(`Log of container ${container}`, () => {
        for (const line of log.split('\n').filter(text => text !== '')) logger.info(harmlessLine(line))
        return Promise.resolve()
      })
    }
  } catch (error) {
    logger.debug(`The logs of pod ${podName} cannot be shown: ${reasonOf(error)}`)
  }
}

function troubledContainersOf(pod: V1Pod): readonly string[] {
  return (pod.status?.containerStatuses ?? []).filter(hasTrouble).map(({ name }) => name)
}

function hasTrouble({ ready, state }: V1ContainerStatus): boolean {
  const { running, terminated } = state ?? {}
  return terminated === undefined ? running !== undefined && !ready : terminated.exitCode !== 0
}
