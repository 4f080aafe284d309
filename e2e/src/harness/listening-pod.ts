import { apply, kubectl } from './kubectl.ts'

export interface ListeningPod {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly ports: readonly number[]
}

/** A pod that takes TCP connections and says nothing. Returns its address. */
export async function startListeningPod({ namespace, name, labels, ports }: ListeningPod): Promise<string> {
  const script = 'for (const port of process.argv.slice(1)) require("net").createServer(s => s.end()).listen(port)'
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'listen',
          image: 'localhost/runner:1',
          imagePullPolicy: 'Never',
          securityContext: { runAsUser: 0 },
          command: ['/home/runner/externals/node20/bin/node', '-e', script, ...ports.map(String)],
          readinessProbe: { tcpSocket: { port: ports[0] }, periodSeconds: 1 }
        }
      ]
    }
  })
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
  return await kubectl(['-n', namespace, 'get', 'pod', name, '-o', 'jsonpath={.status.podIP}'])
}
