import type { V1Job, V1ObjectMeta, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { withinTidyTime } from '../support/within-tidy-time.ts'
import { isPermissionDenied } from './api-error.ts'
import type { Cluster, DeleteOptions, StartedWorkload, Workload } from './cluster.ts'
import { podOfJob, type PodOfJobOptions } from './pod-of-job.ts'

/** Seconds that Kubernetes keeps a finished Job if the hook dies: a backstop for what ownerReferences collect anyway. */
const finishedJobTtlSeconds = 600

/**
 * Starts a workload as a Job; as a bare Pod of the same template where the role has no Jobs (ARC's kubernetes-novolume).
 * Either it is started, or nothing of it is left, also when the signal aborts in between.
 * @throws HookError `WORKLOAD_REFUSED` when the Job's pod is not created, with the words of admission or quota
 */
export async function startWorkload(
  cluster: Cluster,
  workload: Workload,
  signal: AbortSignal,
  options?: PodOfJobOptions
): Promise<StartedWorkload> {
  const { name } = workload
  try {
    const kind = await createJobOrPod(cluster, workload, signal)
    if (kind === 'Pod') return { kind, name, podName: name }
    return { kind, name, podName: await podOfJob(cluster, podOf(workload), signal, options) }
  } catch (error) {
    if (!isRefusal(error)) await withinTidyTime(signal, tidySignal => removeTraces(cluster, name, tidySignal))
    throw error
  }
}

/** Deletes the workload and its pod; what is already gone is fine. */
export async function deleteWorkload(
  cluster: Pick<Cluster, 'jobs' | 'pods'>,
  { kind, name, podName }: StartedWorkload,
  options: DeleteOptions
): Promise<void> {
  try {
    if (kind === 'Job') await cluster.jobs.delete(name, { signal: options.signal })
  } finally {
    await cluster.pods.delete(podName, options)
  }
}

async function createJobOrPod(cluster: Cluster, workload: Workload, signal: AbortSignal): Promise<'Job' | 'Pod'> {
  try {
    await cluster.jobs.create(jobOf(workload), signal)
    return 'Job'
  } catch (error) {
    if (!isPermissionDenied(error)) throw error
    await cluster.pods.create(podOf(workload), signal)
    return 'Pod'
  }
}

/** The API server refused the object itself: there is none of ours, and one of that name is another's. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof HookError && ['CLUSTER_REFUSED', 'NOT_AUTHENTICATED', 'PERMISSION_DENIED'].includes(error.code)
  )
}

/** Best effort: what stays is deleted by cleanup_job, or with the runner pod that owns it. */
async function removeTraces(cluster: Cluster, name: string, signal: AbortSignal): Promise<void> {
  const options: DeleteOptions = { signal, gracePeriodSeconds: 0 }
  const removePods = async (): Promise<void> => {
    const pods = await cluster.pods.list(`k8s-hooks/name=${name}`, options.signal)
    await Promise.all(pods.map(({ metadata }) => cluster.pods.delete(metadata?.name ?? name, options)))
  }
  // The Job first: a Job without its pod would make another one.
  await cluster.jobs.delete(name, { signal: options.signal }).catch(() => undefined)
  await removePods().catch(() => undefined)
}

function jobOf(workload: Workload): V1Job {
  const { template, activeDeadlineSeconds } = workload
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(workload),
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: finishedJobTtlSeconds,
      ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
      template
    }
  }
}

function podOf(workload: Workload): V1Pod {
  const { template, activeDeadlineSeconds } = workload
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(workload),
    spec: {
      ...(template.spec ?? { containers: [] }),
      ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds })
    }
  }
}

function metadataOf({ name, template }: Workload): V1ObjectMeta {
  return { ...template.metadata, name }
}
