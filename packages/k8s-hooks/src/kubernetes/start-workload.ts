import type { V1Job, V1ObjectMeta, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { poll } from '../support/poll.ts'
import { isPermissionDenied } from './api-error.ts'
import type { Cluster, DeleteOptions, StartedWorkload, Workload } from './cluster.ts'

/** Seconds that Kubernetes keeps a finished Job if the hook dies: a backstop for what ownerReferences collect anyway. */
const finishedJobTtlSeconds = 600

/** Long enough for a busy job controller; an admission that refuses the pod is told by the Job's conditions before. */
const podAppearsWithinMs = 60_000

/**
 * Starts a workload as a Job; as a bare Pod of the same template where the role has no Jobs (ARC's kubernetes-novolume).
 * @throws HookError `WORKLOAD_REFUSED` when the Job's pod is not created, with the Job controller's words
 */
export async function startWorkload(
  cluster: Cluster,
  workload: Workload,
  signal: AbortSignal
): Promise<StartedWorkload> {
  const metadata: V1ObjectMeta = { ...workload.template.metadata, name: workload.name }
  try {
    await cluster.jobs.create(jobOf(workload, metadata), signal)
  } catch (error) {
    if (!isPermissionDenied(error)) throw error
    await cluster.pods.create(podOf(workload, metadata), signal)
    return { kind: 'Pod', name: workload.name, podName: workload.name }
  }
  return { kind: 'Job', name: workload.name, podName: await podOfJob(cluster, workload.name, signal) }
}

/** Deletes the workload and its pod; what is already gone is fine. */
export async function deleteWorkload(
  cluster: Cluster,
  { kind, name, podName }: StartedWorkload,
  options: DeleteOptions
): Promise<void> {
  if (kind === 'Job') await cluster.jobs.delete(name, { signal: options.signal })
  await cluster.pods.delete(podName, options)
}

function jobOf({ template, activeDeadlineSeconds }: Workload, metadata: V1ObjectMeta): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: finishedJobTtlSeconds,
      ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
      template
    }
  }
}

function podOf({ template, activeDeadlineSeconds }: Workload, metadata: V1ObjectMeta): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      ...(template.spec ?? { containers: [] }),
      ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds })
    }
  }
}

async function podOfJob(cluster: Cluster, jobName: string, signal: AbortSignal): Promise<string> {
  const selector = `batch.kubernetes.io/job-name=${jobName}`
  const deadline = AbortSignal.timeout(podAppearsWithinMs)
  return await poll(
    async () => {
      const name = (await cluster.pods.list(selector, signal))[0]?.metadata?.name
      if (name === undefined && deadline.aborted) throw await refusalOf(cluster, jobName, signal)
      return name
    },
    { signal, intervalMs: 20, maxIntervalMs: 500 }
  )
}

async function refusalOf(cluster: Cluster, jobName: string, signal: AbortSignal): Promise<HookError> {
  const job = (await cluster.jobs.list(`k8s-hooks/name=${jobName}`, signal))[0]
  const words = job?.status?.conditions?.map(({ message }) => message).join('; ')
  return new HookError('WORKLOAD_REFUSED', `Job ${jobName} has no pod after 60 s: ${words ?? 'no reason given'}`, {
    hint: `kubectl describe job ${jobName} shows what an admission policy or a quota said.`
  })
}
