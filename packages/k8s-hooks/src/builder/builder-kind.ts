import type { V1EnvVar, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import type { BuildRequest } from './builder.ts'
import type { LayerCache } from './layer-cache.ts'

/** What tells one builder from another: a pod, and how its log is read. Pure. */
export interface BuilderKind {
  readonly name: 'Kaniko' | 'Buildah' | 'BuildKit'
  readonly podTemplate: (request: BuildRequest, options: PodTemplateOptions) => V1PodTemplateSpec
  /** A reader of one build's log, which is given each line once. */
  readonly logReader: () => (line: string) => LogEvent
}

export interface PodTemplateOptions {
  readonly builderImage: string
  readonly runnerImage: string
  readonly registry: RegistrySettings
  /** Secret that base images are pulled with; a Dockerfile can read it. */
  readonly baseImageSecretName: string | undefined
  /** Variables of a proxy, for every container that speaks to a registry; their values stand in a Secret. */
  readonly proxyEnvironment?: readonly V1EnvVar[]
  /** Absent: no layer is kept for later jobs. */
  readonly layerCache?: LayerCache | undefined
}

/** What one line of a builder's log says. */
export type LogEvent =
  /** The next instruction of the Dockerfile begins. `timesItself`: how long it took will be a line of output. */
  | { readonly kind: 'step'; readonly text: string; readonly timesItself?: true }
  | { readonly kind: 'output'; readonly text: string }
  /**
   * The builder's own word for what went wrong. `thenUsage`: a list of its options follows. `step`, `line`: the
   * instruction, and its line in the Dockerfile, where it is not the one that began last.
   */
  | {
      readonly kind: 'error'
      readonly text: string
      readonly thenUsage: boolean
      readonly step?: string
      readonly line?: number
    }
  | { readonly kind: 'push'; readonly text: string }
  | { readonly kind: 'pushed'; readonly text: string; readonly digest: string }
  /** A mirror does not have a base image; the builder goes on to ask others. */
  | { readonly kind: 'base-missing'; readonly text: string }
  /** Tells the reader nothing. */
  | { readonly kind: 'noise' }
