import { apply } from './kubectl.ts'

/** Gives an address outside the cluster a name in it: a Service without a cluster address. Returns the name. */
export async function nameInCluster(namespace: string, name: string, address: string): Promise<string> {
  const metadata = { name, namespace }
  const labels = { 'kubernetes.io/service-name': name }
  await apply(
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', ports: [{ port: 443 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels },
      addressType: 'IPv4',
      ports: [{ port: 443 }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }]
    }
  )
  return `${name}.${namespace}.svc.cluster.local`
}
