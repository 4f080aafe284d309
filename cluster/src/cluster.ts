import type { ClusterLayout } from './cluster-layout.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { Host } from './host/host.ts'
import { insideNetwork } from './host/network-namespace.ts'

/** One cluster on this machine: what every command works on. */
export interface Cluster {
  readonly settings: ClusterSettings
  readonly layout: ClusterLayout
  readonly host: Host
  /** Directory of the package `cluster`: sources of binaries and images. */
  readonly packageDir: string
}

/** Runs a program in the cluster's network. */
export async function runInside(
  { host, layout }: Cluster,
  command: readonly string[],
  input?: string
): Promise<string> {
  const [program, args] = insideNetwork(layout.networkNamespace, command)
  return await host.run(program, args, input === undefined ? {} : { input })
}

export async function kubectl(cluster: Cluster, args: readonly string[], input?: string): Promise<string> {
  const { bin, kubeconfig } = cluster.layout
  return await runInside(cluster, [`${bin}/kubectl`, `--kubeconfig=${kubeconfig}`, ...args], input)
}
