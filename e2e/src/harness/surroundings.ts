/** What differs between the embedded cluster and a cluster that somebody named by KUBECONFIG. */
export interface Surroundings {
  readonly kind: 'embedded' | 'given'
  readonly runnerImage: string
  /** "manual": the harness makes a hostPath volume for each namespace. */
  readonly storageClass: string
  /** Folder on the node for those volumes. */
  readonly volumesFolder: string
  /** Folder on the node in which its containerd looks for what it is told about registries. */
  readonly certsFolder: string
  /** The hook's settings as an operator of this cluster would write them. */
  readonly runnerEnv: Readonly<Record<string, string>>
  /** Where tests and demo ask what the registry holds; undefined when they cannot reach it. */
  readonly registryUrl: string | undefined
  /** Folder on this machine that keeps the log of each job, for reading; undefined: they are not kept. */
  readonly logFolder: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const hookPrefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

/** The embedded cluster's registry is a pod in `default` behind NodePort 30500, with base images under `dockerhub/`. */
const embeddedRegistry = {
  [`${hookPrefix}REGISTRY_HOST`]: 'registry.default.svc.cluster.local',
  [`${hookPrefix}REGISTRY_PORT`]: '5000',
  [`${hookPrefix}REGISTRY_NODE_PORT`]: '30500',
  [`${hookPrefix}REGISTRY_MIRRORS`]: 'registry.default.svc.cluster.local:5000/dockerhub'
}

/** `K8S_HOOKS_CLUSTER=embedded` is set by whoever starts a program in the embedded cluster (in-cluster.ts); anything else is a cluster that we did not make. */
export function surroundingsOf(env: Environment): Surroundings {
  const stateFolder = env['K8S_HOOKS_CLUSTER_DIR'] ?? '/var/tmp/k8s-hooks-cluster'
  const hookSettings = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(hookPrefix) && value !== undefined ? [[name, value] as const] : []
  )
  const embedded = env['K8S_HOOKS_CLUSTER'] === 'embedded'
  return {
    kind: embedded ? 'embedded' : 'given',
    runnerImage:
      env['K8S_HOOKS_RUNNER_IMAGE'] ?? (embedded ? 'localhost/runner:1' : 'ghcr.io/actions/actions-runner:latest'),
    storageClass: env['K8S_HOOKS_STORAGE_CLASS'] ?? (embedded ? 'manual' : ''),
    volumesFolder: `${stateFolder}/volumes`,
    certsFolder: embedded ? `${stateFolder}/etc/certs.d` : '/etc/containerd/certs.d',
    runnerEnv: { ...(embedded ? embeddedRegistry : {}), ...Object.fromEntries(hookSettings) },
    registryUrl: env['K8S_HOOKS_REGISTRY_URL'] ?? (embedded ? 'http://127.0.0.1:30500' : undefined),
    logFolder: env['K8S_HOOKS_LOG_DIR']
  }
}
