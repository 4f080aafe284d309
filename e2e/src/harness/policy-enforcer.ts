import { apply, kubectl } from './kubectl.ts'
import { otherNodeLabel } from './other-node.ts'

const name = 'network-policy'

/**
 * Starts what enforces network policies on the node, as a pod of the namespace, and returns how it is ended; no rule is left
 * then. Pods that no policy selects do not notice it.
 */
export async function startPolicyEnforcer(namespace: string): Promise<() => Promise<void>> {
  const first = 'jsonpath={.items[0].metadata.name}'
  const node = await kubectl(['get', 'nodes', '-l', `!${otherNodeLabel}`, '-o', first])
  const services = await kubectl(['get', 'servicecidrs', 'kubernetes', '-o', 'jsonpath={.spec.cidrs[0]}'])
  // With the certificates in it, which it otherwise names by their files.
  const kubeconfig = await kubectl(['config', 'view', '--minify', '--flatten', '--raw'])
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { kubeconfig } }
  await apply(secret, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      hostNetwork: true,
      automountServiceAccountToken: false,
      containers: [
        {
          name,
          image: 'localhost/network-policy:1',
          imagePullPolicy: 'Never',
          args: ['-kubeconfig=/cluster/kubeconfig', `-node=${node}`, `-services=${services}`],
          securityContext: { privileged: true },
          // Written at the end of a first round.
          readinessProbe: { exec: { command: ['sh', '-c', 'iptables -S | grep -q KUBE-POD-FW-'] }, periodSeconds: 1 },
          volumeMounts: [{ name: 'kubeconfig', mountPath: '/cluster', readOnly: true }]
        }
      ],
      volumes: [{ name: 'kubeconfig', secret: { secretName: name } }]
    }
  })
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
  return async () => {
    await kubectl(['-n', namespace, 'delete', 'pod', name, '--wait=true'])
  }
}
