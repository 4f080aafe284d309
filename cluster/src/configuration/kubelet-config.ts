import { addresses, type ClusterLayout } from '../cluster-layout.ts'

/**
 * - cgroupRoot: two kubelets on one machine would share /kubepods and take each other's pods for orphans.
 * - podLogsDir: so would the logs of all clusters mix.
 * - nodeStatusUpdateFrequency: the node is Ready 10 s earlier.
 * - registryPullQPS: many pods that start at once must not be refused their images.
 * - imageGC and eviction: images that cannot be pulled again must stay, and a nearly full disk must not evict pods.
 */
export function renderKubeletConfig(layout: ClusterLayout): string {
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: `${layout.pki}/ca.crt` } },
    tlsCertFile: `${layout.pki}/kubelet.crt`,
    tlsPrivateKeyFile: `${layout.pki}/kubelet.key`,
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${layout.name}`,
    failCgroupV1: false,
    failSwapOn: false,
    podLogsDir: `${layout.log}/pods`,
    volumePluginDir: `${layout.stateDir}/kubelet/plugins-exec`,
    clusterDomain: 'cluster.local',
    clusterDNS: [addresses.node],
    resolvConf: `${layout.etc}/resolv.conf`,
    nodeStatusUpdateFrequency: '1s',
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    registryPullQPS: 0,
    evictionHard: {
      'memory.available': '100Mi',
      // 0% switches a threshold off. A disk that other programs fill for a moment would have the registry evicted for good.
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%'
    }
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
