import type {
  V1Container,
  V1PodSecurityContext,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1Volume,
  V1VolumeMount
} from '@kubernetes/client-node'
import { baseImageCredentials, baseImageVolumes, withBaseImageSecret } from './base-image-credentials.ts'
import type { RegistrySettings } from '../config/settings.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { buildContainer, pushContainer } from './container-names.ts'
import { type Delivery, outMount, outVolume, pushesApart } from './push-apart.ts'
import { contextMount, contextVolume, receiver } from './receive-container.ts'
import { type RegistryMountPaths, registryVolumes } from './registry-volumes.ts'

/** What tells the pod of one builder from that of another. */
export interface BuilderContainers {
  /** `registry`: with the credentials that this container has. */
  readonly build: (delivery: Delivery, registry: RegistrySettings) => BuilderContainer
  /** Where pushing takes credentials; it alone has them. */
  readonly push: (registry: RegistrySettings) => BuilderContainer
  readonly pushMemory: string
  readonly paths: BuilderPaths
  readonly securityContext?: V1PodSecurityContext
  /** Whom the files of the context belong to; root when absent. */
  readonly contextOwner?: number
}

/** What one builder's container has of its own. */
export type BuilderContainer = Pick<V1Container, 'command' | 'args' | 'env' | 'securityContext'>

export interface BuilderPaths extends RegistryMountPaths {
  readonly context: string
  /** Where the image waits to be pushed by the other container. */
  readonly out: string
  /** Where each container needs a file system that is not the overlay of its own root; absent: nowhere. */
  readonly storage?: string
}

const storage: V1Volume = { name: 'storage', emptyDir: {} }
const pushStorage: V1Volume = { name: 'push-storage', emptyDir: {} }

/** For one build; an operator's template may ask for more. */
const buildResources: V1ResourceRequirements = {
  requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '2Gi' },
  limits: { memory: '2Gi', 'ephemeral-storage': '20Gi' }
}

/** The pod of every builder: it receives the context, builds, and pushes, in one container or apart. Pure. */
export function builderPod(options: PodTemplateOptions, containers: BuilderContainers): V1PodTemplateSpec {
  const { runnerImage, registry, baseImageSecretName } = options
  const { paths, securityContext, contextOwner } = containers
  const apart = pushesApart(registry)
  const delivery = apart ? 'archive' : 'push'
  const receive = receiver(runnerImage, { user: contextOwner, registry })
  const build = builder(options, containers, delivery)
  return {
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(securityContext === undefined ? {} : { securityContext }),
      ...(registry.secretName === undefined ? {} : { imagePullSecrets: [{ name: registry.secretName }] }),
      initContainers: apart ? [receive, build] : [receive],
      containers: [apart ? pusher(options, containers) : build],
      volumes: [
        contextVolume,
        ...(paths.storage === undefined ? [] : apart ? [storage, pushStorage] : [storage]),
        ...(apart ? [outVolume] : []),
        ...registryVolumes(registry, paths).volumes,
        ...baseImageVolumes(baseImageSecretName, paths)
      ]
    }
  }
}

function builder(
  { builderImage, registry, baseImageSecretName, proxyEnvironment }: PodTemplateOptions,
  { build, paths }: BuilderContainers,
  delivery: Delivery
): V1Container {
  const known = withBaseImageSecret(registry, baseImageSecretName)
  return {
    name: buildContainer,
    image: builderImage,
    ...withEnvironment(build(delivery, known), proxyEnvironment),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: buildResources,
    volumeMounts: [
      contextMount(paths.context),
      ...storageMounts(storage, paths),
      ...(delivery === 'archive' ? [outMount(paths.out, { readOnly: false })] : []),
      ...registryVolumes(known, paths, baseImageCredentials).mounts
    ]
  }
}

function pusher(
  { builderImage, registry, proxyEnvironment }: PodTemplateOptions,
  { push, pushMemory, paths }: BuilderContainers
): V1Container {
  return {
    name: pushContainer,
    image: builderImage,
    ...withEnvironment(push(registry), proxyEnvironment),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    resources: { requests: { cpu: '100m', memory: pushMemory }, limits: { memory: '1Gi' } },
    volumeMounts: [
      ...storageMounts(pushStorage, paths),
      outMount(paths.out, { readOnly: true }),
      ...registryVolumes(registry, paths).mounts
    ]
  }
}

function withEnvironment(
  container: BuilderContainer,
  more: PodTemplateOptions['proxyEnvironment'] = []
): BuilderContainer {
  return { ...container, env: [...(container.env ?? []), ...more] }
}

function storageMounts({ name }: V1Volume, { storage: mountPath }: BuilderPaths): readonly V1VolumeMount[] {
  return mountPath === undefined ? [] : [{ name, mountPath }]
}
