import { addresses, type ClusterLayout } from '../cluster-layout.ts'

/** What `up` applies to the cluster, as one Kubernetes list in JSON. */
export function renderManifests(layout: ClusterLayout): string {
  const items = [...corednsRole(), storageClass(), ...registry(layout)]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

function corednsRole(): readonly object[] {
  const name = 'coredns'
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules: [
        { apiGroups: [''], resources: ['services', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] }
      ]
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:coredns' }]
    }
  ]
}

/** Volumes of this class are made by hand; a claim binds when its pod is scheduled. */
function storageClass(): object {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'manual' },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer'
  }
}

/** The registry: pods push to its Service, the node pulls from its NodePort. Its files outlive the pod. */
function registry(layout: ClusterLayout): readonly object[] {
  const name = 'registry'
  const metadata = { name, namespace: 'default', labels: { app: name } }
  const config = {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: '/var/lib/registry' }, delete: { enabled: true } },
    http: { addr: `:${addresses.registryPort}` }
  }
  const container = {
    name,
    image: 'localhost/registry:2',
    imagePullPolicy: 'Never',
    args: ['serve', '/etc/registry/config.json'],
    // A pod that requests nothing gets next to no time beside builder pods, which request some: it would not answer for seconds.
    resources: { requests: { cpu: '500m' } },
    readinessProbe: { httpGet: { path: '/v2/', port: addresses.registryPort }, periodSeconds: 1, timeoutSeconds: 5 },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/registry' },
      { name: 'data', mountPath: '/var/lib/registry' }
    ]
  }
  const ports = [{ port: addresses.registryPort, nodePort: addresses.registryNodePort }]
  return [
    // JSON is YAML.
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.json': JSON.stringify(config) } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        containers: [container],
        volumes: [
          { name: 'config', configMap: { name } },
          { name: 'data', hostPath: { path: layout.registry, type: 'DirectoryOrCreate' } }
        ]
      }
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'NodePort', selector: { app: name }, clusterIP: addresses.registryService, ports }
    }
  ]
}
