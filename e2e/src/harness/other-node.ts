import { apply, kubectl } from './kubectl.ts'
import { siteLabel } from './site.ts'

/** A node with another processor, on which nothing runs: it exists in the API alone. */
export interface OtherNode {
  readonly name: string
  /** Spec of a pod that would rather be there than anywhere else, as an operator writes it. */
  readonly attraction: object
  readonly remove: () => Promise<void>
}

/** Tells it from nodes on which something runs. */
export const otherNodeLabel = 'k8s-hooks/e2e-other-node'

export async function addOtherNode(name: string): Promise<OtherNode> {
  const capacity = { cpu: '64', memory: '512Gi', pods: '110', 'ephemeral-storage': '1Ti' }
  const labels = {
    'kubernetes.io/arch': 'arm64',
    'kubernetes.io/os': 'linux',
    [otherNodeLabel]: name,
    [siteLabel]: 'true'
  }
  // For some seconds a node that says nothing of itself is as good as any: the pods of other tests must stay away.
  const spec = { taints: [{ key: otherNodeLabel, effect: 'NoSchedule' }] }
  await apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec })
  const status = JSON.stringify({ status: { capacity, allocatable: capacity } })
  await kubectl(['patch', 'node', name, '--subresource=status', '--type=merge', '-p', status])
  const preference = { matchExpressions: [{ key: otherNodeLabel, operator: 'In', values: [name] }] }
  return {
    name,
    attraction: {
      tolerations: [{ operator: 'Exists' }],
      affinity: {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] }
      }
    },
    remove: async () => {
      await kubectl(['delete', 'node', name, '--ignore-not-found'])
    }
  }
}
