import type { V1Pod } from '@kubernetes/client-node'
import type { Settings } from '../config/settings.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { waitForPod } from '../kubernetes/wait-for-pod.ts'
import type { Logger } from '../support/logger.ts'

export interface StartJobPodRequest {
  readonly jobPod: V1Pod
  readonly cluster: Cluster
  readonly settings: Pick<Settings, 'prepareJobTimeoutMs' | 'imagePullGraceMs'>
  readonly logger: Logger
}

/** Creates the job pod and waits until every container is ready: services with a health check are healthy then. */
export async function startJobPod(
  { jobPod, cluster, settings, logger }: StartJobPodRequest,
  signal: AbortSignal
): Promise<void> {
  const podName = jobPod.metadata?.name ?? ''
  await cluster.pods.create(jobPod, signal)
  const nodeName = await waitForPod({
    pods: cluster.pods,
    podName,
    timeoutMs: settings.prepareJobTimeoutMs,
    imagePullGraceMs: settings.imagePullGraceMs,
    onTrouble: ({ message }) => logger.warning(message),
    until: pod => (isReady(pod) ? (pod.spec?.nodeName ?? '') : undefined),
    signal
  })
  const images = jobPod.spec?.containers.map(({ image }) => image ?? '') ?? []
  logger.info(`Pod ${podName} runs ${images.join(', ')} on node ${nodeName}.`)
}

/** Every container, not the pod's Ready condition: the kubelet reports that one a moment later. */
function isReady(pod: V1Pod): boolean {
  const statuses = pod.status?.containerStatuses ?? []
  return statuses.length === (pod.spec?.containers.length ?? 0) && statuses.every(({ ready }) => ready)
}
