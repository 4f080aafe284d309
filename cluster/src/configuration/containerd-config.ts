import { addresses, type ClusterLayout } from '../cluster-layout.ts'

/**
 * containerd 1.6.
 * - restrict_oom_score_adj: root without CAP_SYS_RESOURCE could not start any sandbox ("can't get final child's PID from pipe").
 * - netns_mounts_under_state_dir, runc's Root and opt's path: everything belongs to this cluster and goes with it.
 */
export function renderContainerdConfig(layout: ClusterLayout): string {
  return `version = 2
root = "${layout.stateDir}/containerd"
state = "${layout.run}/containerd"
[grpc]
  address = "${layout.containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.9"
  disable_apparmor = true
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${layout.etc}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "${layout.run}/runc"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${layout.etc}/certs.d"
[plugins."io.containerd.internal.v1.opt"]
  path = "${layout.stateDir}/opt"
`
}

/** docker.io is served by the cluster's registry under dockerhub/; override_path lets the mirror live under a prefix. */
export function renderMirrorHosts(): string {
  return `server = "https://registry-1.docker.io"
[host."http://127.0.0.1:${addresses.registryNodePort}/v2/dockerhub"]
  capabilities = ["pull", "resolve"]
  override_path = true
`
}
