import { addresses, nodeName } from '../cluster-layout.ts'

export interface CertificateRequest {
  /** `pki/<name>.crt` and `.key`. */
  readonly name: string
  readonly subject: string
  readonly alternativeNames?: string
}

/**
 * The controller manager is in system:masters and does without per-controller credentials: with them the default service account of
 * a namespace comes seconds later, and until then no pod can be created.
 */
export const certificateRequests: readonly CertificateRequest[] = [
  {
    name: 'apiserver',
    subject: '/CN=kube-apiserver',
    alternativeNames: [
      'DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local',
      `DNS:localhost,IP:127.0.0.1,IP:${addresses.node},IP:${addresses.apiService}`
    ].join(',')
  },
  { name: 'kubelet-client', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
  { name: 'admin', subject: '/O=system:masters/CN=admin' },
  { name: 'controller-manager', subject: '/O=system:masters/CN=system:kube-controller-manager' },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler' },
  { name: 'proxy', subject: '/CN=system:kube-proxy' },
  { name: 'coredns', subject: '/CN=system:coredns' },
  {
    name: 'kubelet',
    subject: `/O=system:nodes/CN=system:node:${nodeName}`,
    alternativeNames: `DNS:${nodeName},IP:${addresses.node}`
  }
]
