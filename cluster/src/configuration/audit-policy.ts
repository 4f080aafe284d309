/** Requests of pods and people are recorded, the endless ones of the cluster's own components are not. */
export function renderAuditPolicy(): string {
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [
      {
        level: 'None',
        users: [
          'system:apiserver',
          'system:coredns',
          'system:kube-controller-manager',
          'system:kube-proxy',
          'system:kube-scheduler'
        ]
      },
      { level: 'None', userGroups: ['system:nodes'] },
      { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*'] },
      { level: 'Metadata' }
    ]
  }
  return `${JSON.stringify(policy, undefined, 2)}\n`
}
