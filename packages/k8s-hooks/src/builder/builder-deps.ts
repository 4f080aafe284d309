import type { V1EnvVar, V1Secret } from '@kubernetes/client-node'
import type { Settings } from '../config/settings.ts'
import type { Cluster, StartedWorkload, Workload } from '../kubernetes/cluster.ts'
import type { ImageReference } from '../registry/reference.ts'
import type { Logger } from '../support/logger.ts'
import type { Sleep } from '../support/poll.ts'

/** What a builder needs of its surroundings. */
export interface BuilderDeps {
  readonly cluster: Cluster
  /** Creates the Job or Pod with labels, owner and template; on return its pod has a name. */
  readonly startWorkload: (workload: Workload, signal: AbortSignal) => Promise<StartedWorkload>
  /** Puts values that no pod spec may show into a Secret of that name: the Secret, still to be created, and how a container refers to it. */
  readonly secretEnvironment: (name: string, values: Readonly<Record<string, string>>) => SecretEnvironment
  readonly logger: Logger
  /** Image of the container that receives the context: needs sh, tar and sha256sum. */
  readonly runnerImage: string
  /** First part of the workload's name: the runner pod's. */
  readonly namePrefix: string
  /** How long an image may fail to be pulled before the build is given up. */
  readonly imagePullGraceMs: number
  /** How long the pod may wait for a node, and for images and volumes; what runs in it has the limit of the whole build. */
  readonly stageTimeoutsMs: Settings['stageTimeoutsMs']
  /** Whose layers are kept for later jobs, where they are. */
  readonly cacheScope?: string | undefined
  /** Asks the registry for the digest of what was pushed; undefined when it does not have it. */
  readonly findDigest: (reference: ImageReference, signal: AbortSignal) => Promise<string | undefined>
  /** Milliseconds of any epoch. */
  readonly now?: () => number
  readonly sleep?: Sleep
}

export interface SecretEnvironment {
  /** Undefined where there are no values. */
  readonly secret: V1Secret | undefined
  readonly env: readonly V1EnvVar[]
}
