import { addresses, type ClusterLayout } from '../cluster-layout.ts'

/**
 * CNI: pods hang on a bridge; hairpin lets a pod reach itself through its Service. The name marks the files that CNI keeps. No
 * `portmap`: no pod here asks for a port of the node, and it would be started twice for each.
 */
export function renderPodNetwork({ name, run }: Pick<ClusterLayout, 'name' | 'run'>): string {
  const network = {
    cniVersion: '0.4.0',
    name,
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: addresses.pods }]],
          routes: [{ dst: '0.0.0.0/0' }],
          dataDir: `${run}/ipam`
        }
      }
    ]
  }
  return `${JSON.stringify(network, undefined, 2)}\n`
}
