import { apply, kubectl } from './kubectl.ts'

/** A node with another processor, on which nothing runs: it exists in the API alone. */
export interface OtherNode {
  readonly name: string
  /** Spec of a pod that would rather be there than anywhere else, as an operator writes it. */
  readonly attraction: object
  readonly remove: () => Promise<void>
}

const label = 'k8s-hooks/e2e-other-node'

/** What is not told to tolerate a node that is never ready stays away from it. */
export async function addOtherNode(name: string): Promise<OtherNode> {
  const capacity = { cpu: '64', memory: '512Gi', pods: '110', 'ephemeral-storage': '1Ti' }
  const labels = { 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux', [label]: name }
  await apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
  const status = JSON.stringify({ status: { capacity, allocatable: capacity } })
  await kubectl(['patch', 'node', name, '--subresource=status', '--type=merge', '-p', status])
  const preference = { matchExpressions: [{ key: label, operator: 'In', values: [name] }] }
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
