import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { Settings } from '../config/settings.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { explainTermination } from '../kubernetes/explain-pod.ts'
import type { StageTimes } from '../kubernetes/stage-clock.ts'
import { waitForPod } from '../kubernetes/wait-for-pod.ts'
import type { Logger } from '../support/logger.ts'
import type { AskAlpine } from './ask-alpine.ts'
import { hostNamesAnnotation } from './job-pod.ts'
import { jobContainerName } from './service-names.ts'
import { showContainerLogs } from './show-container-logs.ts'

export interface StartJobPodRequest {
  readonly jobPod: V1Pod
  readonly cluster: Pick<Cluster, 'pods' | 'readLogTail'>
  readonly settings: Pick<Settings, 'prepareJobTimeoutMs' | 'stageTimeoutsMs' | 'imagePullGraceMs'>
  readonly logger: Logger
  /** Absent: the pod has no job container. */
  readonly askAlpine?: AskAlpine
}

/**
 * Creates the job pod and waits until every container is ready: services with a health check are healthy then. Says where it runs, and what took how long.
 * A job container that answers runs: where nothing else is to be waited for, the kubelet's word for that is not.
 * Returns whether the job container is Alpine; undefined without one.
 * @throws HookError `POD_FAILED` as soon as a container has failed, and what a pod that does not start says
 */
export async function startJobPod(request: StartJobPodRequest, signal: AbortSignal): Promise<boolean | undefined> {
  const { jobPod, cluster, logger } = request
  await cluster.pods.create(jobPod, signal)
  const { nodeName, spentMs, alpine } = await waitUntilReady(request, signal)
  const { schedule, pull, start } = spentMs
  const title = `Pod ${nameOf(jobPod)} is ready on node ${nodeName} after ${seconds(schedule + pull + start)}`
  await logger.group(title, () => {
    for (const { name, image } of jobPod.spec?.containers ?? []) logger.info(`${name}: ${image ?? ''}`)
    logger.info(
      `It waited ${seconds(schedule)} for a node, ${seconds(pull)} for images and volumes, ${seconds(start)} for its containers to be ready.`
    )
    return Promise.resolve()
  })
  return alpine
}

interface ReadyPod {
  readonly nodeName: string
  readonly alpine: boolean | undefined
  readonly spentMs: StageTimes
}

/** Before it throws, the containers that are not ready have their say. */
async function waitUntilReady(
  { jobPod, cluster, settings, logger, askAlpine }: StartJobPodRequest,
  signal: AbortSignal
): Promise<ReadyPod> {
  const podName = nameOf(jobPod)
  let spentMs: StageTimes = { schedule: 0, pull: 0, start: 0 }
  let alpine: boolean | undefined
  try {
    const nodeName = await waitForPod({
      pods: cluster.pods,
      podName,
      timeoutMs: settings.prepareJobTimeoutMs,
      stageTimeoutsMs: settings.stageTimeoutsMs,
      imagePullGraceMs: settings.imagePullGraceMs,
      onTrouble: ({ message }) => logger.warning(message),
      onStages: spent => (spentMs = spent),
      until: async pod => {
        throwIfEnded(pod)
        const { nodeName } = pod.spec ?? {}
        if (nodeName === undefined) return undefined
        alpine = await askAlpine?.(signal)
        if (askAlpine !== undefined && alpine === undefined) return undefined
        return isReady(pod) || (askAlpine !== undefined && isAlone(jobPod)) ? nodeName : undefined
      },
      signal
    })
    return { nodeName, spentMs, alpine }
  } catch (error) {
    if (!signal.aborted) await showContainerLogs({ podName, cluster, logger }, signal)
    throw error
  }
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? ''
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** A container that has failed never gets ready: its pod is not started again. */
function throwIfEnded(pod: V1Pod): void {
  const ended = pod.status?.containerStatuses?.find(
    status => status.state?.terminated !== undefined && !hasDoneItsPart(status)
  )
  // A pod that is over as a whole (evicted, refused) says so itself.
  if (ended === undefined || pod.status?.phase === 'Failed') return
  const podName = nameOf(pod)
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

/** There is nothing to know of the pod but that its job container runs: no other container, no check, no address that others must find. */
function isAlone({ metadata, spec }: V1Pod): boolean {
  const [{ lifecycle, readinessProbe, startupProbe } = {}, ...others] = spec?.containers ?? []
  const isPlain = [lifecycle, readinessProbe, startupProbe].every(field => field === undefined)
  return isPlain && others.length === 0 && (metadata?.annotations?.[hostNamesAnnotation] ?? '') === ''
}

/** A service that has ended well, such as one that fills a database, holds no job up; without its own container there is no job. */
function hasDoneItsPart({ name, state }: V1ContainerStatus): boolean {
  return name !== jobContainerName && state?.terminated?.exitCode === 0
}
