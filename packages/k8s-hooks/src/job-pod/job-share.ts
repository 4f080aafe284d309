import type { V1HostAlias } from '@kubernetes/client-node'
import type { Pods } from '../kubernetes/cluster.ts'
import { hostNamesAnnotation, jobPodName } from './job-pod.ts'

/** What a container step has of its job. */
export interface JobShare {
  /** Names under which it reaches the services: they live in the job pod. */
  readonly hostAliases: readonly V1HostAlias[]
  /** The job's registry credentials: the runner sends none with a step (contract 1.2). */
  readonly pullSecretNames: readonly string[]
}

/** Read from the job pod; nothing in a job without one. */
export async function jobShareOf(
  pods: Pick<Pods, 'get'>,
  runnerPodName: string,
  hasJobPod: boolean,
  signal: AbortSignal
): Promise<JobShare> {
  const pod = hasJobPod ? await pods.get(jobPodName(runnerPodName), signal) : undefined
  if (pod === undefined) return { hostAliases: [], pullSecretNames: [] }
  const { metadata, spec, status } = pod
  const hostnames = (metadata?.annotations?.[hostNamesAnnotation] ?? '').split(' ').filter(name => name !== '')
  const ip = status?.podIP
  return {
    hostAliases: ip === undefined || hostnames.length === 0 ? [] : [{ ip, hostnames }],
    pullSecretNames: (spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? [])
  }
}
