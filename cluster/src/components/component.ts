/** One program of the control plane or of the node; it runs in the cluster's network namespace. */
export interface Component {
  readonly name: ComponentName
  readonly argv: readonly [string, ...string[]]
}

export type ComponentName =
  'containerd' | 'etcd' | 'apiserver' | 'controller-manager' | 'scheduler' | 'kubelet' | 'proxy' | 'coredns'
