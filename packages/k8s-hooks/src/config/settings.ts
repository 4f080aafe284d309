/** The hook's settings, parsed once from the environment. The variables behind them: schema.ts and docs/configuration.md. */
export interface Settings {
  readonly runnerPodName: string
  readonly namespace: string | undefined
  /** Claim of the work volume; forces shared mode. Absent: the runner pod tells. */
  readonly workClaimName: string | undefined
  /** Where neither this nor the runner pod tells, the claim ties its pods to one node. */
  readonly workClaimAccess: 'ReadWriteOnce' | 'ReadWriteMany' | undefined
  /** Image of the runner, for containers that need its tools; absent: the runner pod tells. */
  readonly runnerImage: string | undefined
  readonly templatePath: string | undefined
  readonly prepareJobTimeoutMs: number
  /** Limits of their own; a stage without one counts for `prepareJobTimeoutMs`. */
  readonly stageTimeoutsMs: Readonly<Record<'schedule' | 'pull' | 'start', number | undefined>>
  /** How long carrying the files of one step may take, in one direction. */
  readonly copyTimeoutMs: number
  /** Whether pods and Secrets tell which workflow they belong to. */
  readonly workflowLabels: boolean
  /** How long an image may fail to be pulled before the hook gives up. */
  readonly imagePullGraceMs: number
  readonly sync: 'full' | 'actions' | 'off'
  /** Folder on the runner's disk for the ledger of images and the state of the workspace sync. */
  readonly stateFolder: string | undefined
  /** File that gets one JSON line for each timed stage. */
  readonly timingsFile: string | undefined
  readonly registry: RegistrySettings | undefined
  readonly builder: BuilderSettings
  readonly options: OptionPolicy
}

/** What `options:` of a workflow's containers may ask for. */
export interface OptionPolicy {
  /** More is cut down to it. */
  readonly maxCpus: number | undefined
  readonly maxMemoryBytes: number | undefined
  /** Whether --privileged, --cap-add and switched off seccomp or AppArmor are honoured instead of refused. */
  readonly allowPrivileged: boolean
}

/** Where temporary images are pushed to, pulled from and deleted. Absent when no registry is configured. */
export interface RegistrySettings {
  /** Host of `REGISTRY_HOST` plus `:REGISTRY_PORT`, as the builder reaches it. */
  readonly pushHost: string
  /** Path prefix of `REGISTRY_HOST` ("acme/tmp" of "ghcr.io/acme/tmp"); "" when there is none. */
  readonly pathPrefix: string
  /** As the nodes reach it: `localhost:<nodePort>`, `REGISTRY_PULL_HOST`, or the push host. */
  readonly pullHost: string
  readonly secretName: string | undefined
  /** Plain http for this registry; the default exactly when REGISTRY_NODE_PORT is set. */
  readonly insecure: boolean
  readonly caSecretName: string | undefined
  /** Mirrors for base images, "host[:port]/prefix" each; plain http where a mirror's host is `pushHost` and that is insecure. */
  readonly mirrors: readonly string[]
  /** Absent: everything is asked directly. */
  readonly proxy?: ProxySettings
}

/** The runner's way out of the cluster, as its environment tells it to every program. */
export interface ProxySettings {
  /** For https. Address, with a password perhaps. */
  readonly https: string | undefined
  readonly http: string | undefined
  /** Separated by commas. */
  readonly exceptions: string
}

export interface BuilderSettings {
  readonly kind: 'kaniko' | 'buildah' | 'buildkit'
  /** Image of the builder. */
  readonly image: string
  /** Secret with credentials for base images; a Dockerfile can read it. */
  readonly baseImageSecretName: string | undefined
  readonly timeoutSeconds: number
  readonly contextMaxBytes: number
  /** Whether a step that has built an image says so in its summary. */
  readonly summary: boolean
  /** Absent: every job builds for itself. */
  readonly cache?: BuildCacheSettings
}

/** What later jobs of the same repository use again. */
export interface BuildCacheSettings {
  readonly kind: 'images' | 'layers'
  readonly maxAgeSeconds: number
}
