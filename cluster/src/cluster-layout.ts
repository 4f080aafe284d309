import type { ClusterSettings } from './cluster-settings.ts'

/** Where each thing of a cluster is. Nothing of it depends on the checkout. */
export interface ClusterLayout {
  readonly name: string
  readonly stateDir: string
  /** Kubernetes' binaries and CoreDNS. */
  readonly bin: string
  readonly etc: string
  readonly pki: string
  readonly run: string
  readonly log: string
  /** Whose files the registry serves; outlives the registry's pod. */
  readonly registry: string
  readonly kubeconfig: string
  readonly containerdSocket: string
  /** What the running cluster was made from. */
  readonly identity: string
  readonly networkNamespace: string
}

/** The cluster lives in a network namespace of its own, so two clusters may use the same addresses. */
export const addresses = {
  node: '10.99.0.2',
  services: '10.96.0.0/16',
  apiService: '10.96.0.1',
  registryService: '10.96.5.5',
  registryPort: 5000,
  registryNodePort: 30500,
  pods: '10.88.0.0/16'
} as const

export const nodeName = 'node1'

export function layoutOf({ name, stateDir }: ClusterSettings): ClusterLayout {
  return {
    name,
    stateDir,
    bin: `${stateDir}/bin`,
    etc: `${stateDir}/etc`,
    pki: `${stateDir}/pki`,
    run: `${stateDir}/run`,
    log: `${stateDir}/log`,
    registry: `${stateDir}/registry`,
    kubeconfig: `${stateDir}/kubeconfig`,
    containerdSocket: `${stateDir}/run/containerd.sock`,
    identity: `${stateDir}/identity`,
    networkNamespace: `/run/netns/${name}`
  }
}
