import { apply, kubectl } from './kubectl.ts'

const name = 'network-policy'

/**
 * Starts what enforces network policies on the node, as a pod of the namespace, and returns how it is ended; no rule is left
 * then. Pods that no policy selects do not notice it.
 */
export async function startPolicyEnforcer(namespace: string, kubeconfig: string): Promise<() => Promise<void>> {
  const node = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'])
  await apply({
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
          args: ['-kubeconfig=/kubeconfig', `-node=${node}`],
          securityContext: { privileged: true },
          // Written at the end of a first round.
          readinessProbe: { exec: { command: ['sh', '-c', 'iptables -S | grep -q KUBE-POD-FW-'] }, periodSeconds: 1 },
          volumeMounts: [{ name: 'kubeconfig', mountPath: '/kubeconfig', readOnly: true }]
        }
      ],
      volumes: [{ name: 'kubeconfig', hostPath: { path: kubeconfig, type: 'File' } }]
    }
  })
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
  return async () => {
    await kubectl(['-n', namespace, 'delete', 'pod', name, '--wait=true'])
  }
}
