import { addresses, nodeName, type ClusterLayout } from '../cluster-layout.ts'

/** iptables mode serves NodePorts on localhost, from where the node pulls images; nftables mode never does. */
export function renderKubeProxyConfig({ etc }: Pick<ClusterLayout, 'etc'>): string {
  const config = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: `${etc}/proxy.kubeconfig` },
    mode: 'iptables',
    clusterCIDR: addresses.pods,
    hostnameOverride: nodeName,
    // These are settings of the whole machine: leave them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' }
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
