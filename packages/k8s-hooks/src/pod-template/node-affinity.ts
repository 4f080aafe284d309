import type { V1Affinity } from '@kubernetes/client-node'
import type { RunnerPod } from './runner-pod.ts'

/**
 * Keeps a pod on the runner's node where the claim demands it. Through the scheduler, never by `nodeName`: a full node then means waiting,
 * not OutOfcpu (actions/runner-container-hooks issues 112, 140, 201).
 */
export function affinityOf({ workClaim, nodeName }: RunnerPod): V1Affinity | undefined {
  if (workClaim?.tiesToNode !== true || nodeName === '') return undefined
  const onThisNode = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onThisNode] } } }
}
