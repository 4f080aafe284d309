import { addresses, nodeName, type ClusterLayout } from '../cluster-layout.ts'
import type { Component } from './component.ts'

const etcdUrl = 'http://127.0.0.1:2379'

/** All components in the order in which they start. Each has the state directory in its command line: that is how it is known again. */
export function renderComponents(layout: ClusterLayout): readonly Component[] {
  const { bin, etc, pki, stateDir } = layout
  return [
    { name: 'containerd', argv: ['containerd', '--config', `${etc}/containerd.toml`] },
    {
      name: 'etcd',
      argv: [
        'etcd',
        `--data-dir=${stateDir}/etcd`,
        `--listen-client-urls=${etcdUrl}`,
        `--advertise-client-urls=${etcdUrl}`,
        '--listen-peer-urls=http://127.0.0.1:2380',
        '--unsafe-no-fsync'
      ]
    },
    { name: 'apiserver', argv: apiserver(layout) },
    {
      name: 'controller-manager',
      argv: [
        `${bin}/kube-controller-manager`,
        ...asUser(etc, 'controller-manager'),
        `--service-account-private-key-file=${pki}/sa.key`,
        `--root-ca-file=${pki}/ca.crt`
      ]
    },
    { name: 'scheduler', argv: [`${bin}/kube-scheduler`, ...asUser(etc, 'scheduler')] },
    {
      name: 'kubelet',
      argv: [
        `${bin}/kubelet`,
        `--config=${etc}/kubelet.yaml`,
        `--kubeconfig=${etc}/kubelet.kubeconfig`,
        `--root-dir=${stateDir}/kubelet`,
        `--hostname-override=${nodeName}`,
        `--node-ip=${addresses.node}`
      ]
    },
    { name: 'proxy', argv: [`${bin}/kube-proxy`, `--config=${etc}/kube-proxy.yaml`] },
    { name: 'coredns', argv: [`${bin}/coredns`, '-conf', `${etc}/Corefile`] }
  ]
}

function apiserver({ bin, etc, log, pki }: ClusterLayout): readonly [string, ...string[]] {
  return [
    `${bin}/kube-apiserver`,
    `--etcd-servers=${etcdUrl}`,
    `--advertise-address=${addresses.node}`,
    `--service-cluster-ip-range=${addresses.services}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged',
    `--client-ca-file=${pki}/ca.crt`,
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--kubelet-client-certificate=${pki}/kubelet-client.crt`,
    `--kubelet-client-key=${pki}/kubelet-client.key`,
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--audit-policy-file=${etc}/audit-policy.yaml`,
    `--audit-log-path=${log}/audit.log`
  ]
}

function asUser(etc: string, user: string): readonly string[] {
  return [
    `--kubeconfig=${etc}/${user}.kubeconfig`,
    `--authentication-kubeconfig=${etc}/${user}.kubeconfig`,
    `--authorization-kubeconfig=${etc}/${user}.kubeconfig`,
    '--leader-elect=false'
  ]
}
