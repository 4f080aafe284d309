import type { V1Pod } from '@kubernetes/client-node'

/** How far a pod has come: its first init container runs, it is ready, it has succeeded. */
export type PodProgress = 'initializing' | 'ready' | 'succeeded'

/** @throws Error when the pod has failed: it will never come so far */
type Judge = (pod: V1Pod) => boolean

export const hasCome: Readonly<Record<PodProgress, Judge>> = {
  initializing: unlessFailed(({ status }) => status?.initContainerStatuses?.[0]?.state?.running !== undefined),
  ready: unlessFailed(
    ({ status }) =>
      status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false
  ),
  succeeded: unlessFailed(({ status }) => status?.phase === 'Succeeded')
}

function unlessFailed(judge: Judge): Judge {
  return pod => {
    if (pod.status?.phase === 'Failed')
      throw new Error(`Pod ${pod.metadata?.name ?? ''} failed: ${JSON.stringify(pod.status)}`)
    return judge(pod)
  }
}
