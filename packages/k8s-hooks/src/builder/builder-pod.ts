import type {
  V1Container,
  V1PodSecurityContext,
  V1PodTemplateSpec,
  V1ResourceRequirements,
  V1Volume
} from '@kubernetes/client-node'
import { baseImageVolumes } from './base-image-credentials.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { type Delivery, outVolume, pushesApart } from './push-apart.ts'
import { contextVolume, receiver } from './receive-container.ts'
import { type RegistryMountPaths, registryVolumes } from './registry-volumes.ts'

/** What tells the pod of one builder from that of another. */
export interface BuilderContainers {
  readonly build: (delivery: Delivery) => V1Container
  /** Where pushing takes credentials; it alone has them. */
  readonly push: () => V1Container
  readonly paths: RegistryMountPaths
  readonly volumes?: (delivery: Delivery) => readonly V1Volume[]
  readonly securityContext?: V1PodSecurityContext
  /** Whom the files of the context belong to; root when absent. */
  readonly contextOwner?: number
}

/** For one build; an operator's template may ask for more. */
export const buildResources: V1ResourceRequirements = {
  requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '2Gi' },
  limits: { memory: '2Gi', 'ephemeral-storage': '20Gi' }
}

/** The pod of every builder: it receives the context, builds, and pushes, in one container or apart. Pure. */
export function builderPod(options: PodTemplateOptions, containers: BuilderContainers): V1PodTemplateSpec {
  const { runnerImage, registry, baseImageSecretName } = options
  const { paths, securityContext, contextOwner } = containers
  const apart = pushesApart(registry)
  const delivery = apart ? 'archive' : 'push'
  const receive = receiver(runnerImage, contextOwner)
  const build = containers.build(delivery)
  return {
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(securityContext === undefined ? {} : { securityContext }),
      ...(registry.secretName === undefined ? {} : { imagePullSecrets: [{ name: registry.secretName }] }),
      initContainers: apart ? [receive, build] : [receive],
      containers: [apart ? containers.push() : build],
      volumes: [
        contextVolume,
        ...(containers.volumes?.(delivery) ?? []),
        ...(apart ? [outVolume] : []),
        ...registryVolumes(registry, paths).volumes,
        ...baseImageVolumes(baseImageSecretName, paths)
      ]
    }
  }
}
