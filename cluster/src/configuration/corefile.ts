import { addresses, type ClusterLayout } from '../cluster-layout.ts'

export function renderCorefile({ etc, name }: Pick<ClusterLayout, 'etc' | 'name'>): string {
  return `.:53 {
  bind ${addresses.node}
  errors
  cache 5
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${etc}/coredns.kubeconfig ${name}
    ttl 5
  }
}
`
}
