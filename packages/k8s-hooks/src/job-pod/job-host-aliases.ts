import type { V1HostAlias } from '@kubernetes/client-node'
import type { Pods } from '../kubernetes/cluster.ts'
import { hostNamesAnnotation, jobPodName } from './job-pod.ts'

/** Names under which a container step reaches the services of its job: they live in the job pod. */
export async function jobHostAliases(
  pods: Pick<Pods, 'get'>,
  runnerPodName: string,
  hasJobPod: boolean,
  signal: AbortSignal
): Promise<readonly V1HostAlias[]> {
  if (!hasJobPod) return []
  const pod = await pods.get(jobPodName(runnerPodName), signal)
  const hostnames = (pod?.metadata?.annotations?.[hostNamesAnnotation] ?? '').split(' ').filter(name => name !== '')
  const ip = pod?.status?.podIP
  return ip === undefined || hostnames.length === 0 ? [] : [{ ip, hostnames }]
}
