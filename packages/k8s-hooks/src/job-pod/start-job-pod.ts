import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { Settings } from '../config/settings.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { explainTermination } from '../kubernetes/explain-pod.ts'
import { waitForPod } from '../kubernetes/wait-for-pod.ts'
import type { Logger } from '../support/logger.ts'
import { jobContainerName } from './service-names.ts'
import { showContainerLogs } from './show-container-logs.ts'

export interface StartJobPodRequest {
  readonly jobPod: V1Pod
  readonly cluster: Cluster
  readonly settings: Pick<Settings, 'prepareJobTimeoutMs' | 'imagePullGraceMs'>
  readonly logger: Logger
}

/**
 * Creates the job pod and waits until every container is ready: services with a health check are healthy then.
 * @throws HookError `POD_FAILED` as soon as a container has failed, and what a pod that does not start says
 */
export async function startJobPod(
  { jobPod, cluster, settings, logger }: StartJobPodRequest,
  signal: AbortSignal
): Promise<void> {
  const podName = jobPod.metadata?.name ?? ''
  await cluster.pods.create(jobPod, signal)
  const nodeName = await waitUntilReady(podName, { cluster, settings, logger }, signal)
  const images = jobPod.spec?.containers.map(({ image }) => image ?? '') ?? []
  logger.info(`Pod ${podName} runs ${images.join(', ')} on node ${nodeName}.`)
}

/** Resolves with the name of the pod's node. Before it throws, the containers that are not ready have their say. */
async function waitUntilReady(
  podName: string,
  { cluster, settings, logger }: Omit<StartJobPodRequest, 'jobPod'>,
  signal: AbortSignal
): Promise<string> {
  try {
    return await waitForPod({
      pods: cluster.pods,
      podName,
      timeoutMs: settings.prepareJobTimeoutMs,
      imagePullGraceMs: settings.imagePullGraceMs,
      onTrouble: ({ message }) => logger.warning(message),
      until: pod => {
        throwIfEnded(pod)
        return isReady(pod) ? (pod.spec?.nodeName ?? '') : undefined
      },
      signal
    })
  } catch (error) {
    if (!signal.aborted) await showContainerLogs({ podName, cluster, logger }, signal)
    throw error
  }
}

/** A container that has failed never gets ready: its pod is not started again. */
function throwIfEnded(pod: V1Pod): void {
  const ended = pod.status?.containerStatuses?.find(
    status => status.state?.terminated !== undefined && !hasDoneItsPart(status)
  )
  // A pod that is over as a whole (evicted, refused) says so itself.
  if (ended === undefined || pod.status?.phase === 'Failed') return
  const podName = pod.metadata?.name ?? ''
  const how = explainTermination(ended) ?? `Container ${ended.name} ended with exit code 0.`
  throw new HookError('POD_FAILED', `Pod ${podName} cannot run the job. ${how}`, {
    hint: `A job container and its services must go on running. What it said: kubectl logs ${podName} -c ${ended.name}`
  })
}

/** Every container, not the pod's Ready condition: the kubelet reports that one a moment later. */
function isReady(pod: V1Pod): boolean {
  const statuses = pod.status?.containerStatuses ?? []
  return (
    statuses.length === (pod.spec?.containers.length ?? 0) &&
    statuses.every(status => status.ready || hasDoneItsPart(status))
  )
}

/** A service that has ended well, such as one that fills a database, holds no job up; without its own container there is no job. */
function hasDoneItsPart({ name, state }: V1ContainerStatus): boolean {
  return name !== jobContainerName && state?.terminated?.exitCode === 0
}
