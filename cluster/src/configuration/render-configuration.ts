import { addresses, type ClusterLayout } from '../cluster-layout.ts'
import { renderAuditPolicy } from './audit-policy.ts'
import { renderContainerdConfig, renderMirrorHosts } from './containerd-config.ts'
import { renderCorefile } from './corefile.ts'
import { renderKubeProxyConfig } from './kube-proxy-config.ts'
import { renderKubeconfig } from './kubeconfig.ts'
import { renderKubeletConfig } from './kubelet-config.ts'
import { renderPodNetwork } from './pod-network.ts'

/** Every configuration file of the cluster: absolute path → content. */
export function renderConfiguration(layout: ClusterLayout): ReadonlyMap<string, string> {
  const { etc } = layout
  return new Map([
    [layout.kubeconfig, renderKubeconfig(layout, 'admin')],
    ...['controller-manager', 'scheduler', 'proxy', 'coredns', 'kubelet'].map(
      user => [`${etc}/${user}.kubeconfig`, renderKubeconfig(layout, user)] as const
    ),
    [`${etc}/resolv.conf`, `nameserver ${addresses.node}\n`],
    [`${etc}/client-resolv.conf`, renderClientResolvConf()],
    [`${etc}/audit-policy.yaml`, renderAuditPolicy()],
    [`${etc}/cni/10-bridge.conflist`, renderPodNetwork(layout)],
    [`${etc}/containerd.toml`, renderContainerdConfig(layout)],
    [`${etc}/certs.d/docker.io/hosts.toml`, renderMirrorHosts()],
    [`${etc}/kubelet.yaml`, renderKubeletConfig(layout)],
    [`${etc}/kube-proxy.yaml`, renderKubeProxyConfig(layout)],
    [`${etc}/Corefile`, renderCorefile(layout)]
  ])
}

/** What a program that runs beside the cluster (not in a pod) resolves names with. */
function renderClientResolvConf(): string {
  return [
    'search default.svc.cluster.local svc.cluster.local cluster.local',
    `nameserver ${addresses.node}`,
    'options ndots:5',
    ''
  ].join('\n')
}
