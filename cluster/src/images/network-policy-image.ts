import { debianAddition, debianLayer } from './debian-layer.ts'
import { goProgramLayer } from './go-program-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'

/** What enforces network policies, which the cluster's own pod network does not; for a test that starts and ends it. */
export function networkPolicyImage({ networkPolicy }: Pick<ImageSources, 'networkPolicy'>): ImageDeclaration {
  return {
    name: 'network-policy',
    reference: 'localhost/network-policy:1',
    place: 'node',
    optional: true,
    layers: [
      debianLayer,
      iptablesLayer,
      goProgramLayer({ what: 'network-policy', module: networkPolicy, path: '/network-policy' })
    ],
    config: {
      Entrypoint: ['/network-policy'],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
    }
  }
}

/**
 * The legacy tables are others than those of kube-proxy, which follows the node's iptables, nftables on Debian. What is
 * enforced writes its whole table anew each time; in a common one it would undo what kube-proxy has just written.
 */
const iptablesLayer = debianAddition({
  what: 'iptables-legacy',
  packages: ['iptables', 'ipset'],
  finish: ['', '-save', '-restore'].map(
    name => `ln -sf /usr/sbin/iptables-legacy${name} "$1/etc/alternatives/iptables${name}"`
  )
})
