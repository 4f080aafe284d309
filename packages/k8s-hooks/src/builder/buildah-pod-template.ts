import type { V1Container, V1PodTemplateSpec, V1Volume } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { baseImageCredentials, withBaseImageSecret } from './base-image-credentials.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { builderPod, buildResources } from './builder-pod.ts'
import { registriesConf } from './buildah-registries-conf.ts'
import { buildahPaths, buildCommand, pushCommand } from './buildah-script.ts'
import { buildContainer, pushContainer } from './container-names.ts'
import { buildahCacheArguments } from './layer-cache.ts'
import { type Delivery, outMount } from './push-apart.ts'
import { contextMount } from './receive-container.ts'
import { registryVolumes } from './registry-volumes.ts'

/** Its overlay driver does not work on the overlay that a container's own root is. */
const storage: V1Volume = { name: 'storage', emptyDir: {} }
const pushStorage: V1Volume = { name: 'push-storage', emptyDir: {} }

/**
 * Buildah's pod: root with the three capabilities that its user namespace takes, and neither seccomp nor AppArmor,
 * whose default profiles forbid that namespace. Pod Security admits it at the level "privileged" only. Where pushing takes
 * credentials, a second container pushes; it alone has them.
 */
export function buildahPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  return builderPod(options, {
    build: delivery => builder(request, options, delivery),
    push: () => pusher(request, options),
    paths: buildahPaths,
    volumes: delivery => (delivery === 'archive' ? [storage, pushStorage] : [storage])
  })
}

function builder(
  request: BuildRequest,
  { builderImage, registry, baseImageSecretName, layerCache }: PodTemplateOptions,
  delivery: Delivery
): V1Container {
  const known = withBaseImageSecret(registry, baseImageSecretName)
  return {
    name: buildContainer,
    image: builderImage,
    command: [...buildCommand(request, registry, delivery), ...buildahCacheArguments(layerCache)],
    ...surroundings(known),
    resources: buildResources,
    volumeMounts: [
      contextMount(buildahPaths.context),
      { name: storage.name, mountPath: buildahPaths.storage },
      ...(delivery === 'archive' ? [outMount(buildahPaths.out, { readOnly: false })] : []),
      ...registryVolumes(known, buildahPaths, baseImageCredentials).mounts
    ]
  }
}

function pusher(request: BuildRequest, { builderImage, registry }: PodTemplateOptions): V1Container {
  return {
    name: pushContainer,
    image: builderImage,
    command: [...pushCommand(request, registry)],
    ...surroundings(registry),
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } },
    volumeMounts: [
      { name: pushStorage.name, mountPath: buildahPaths.storage },
      outMount(buildahPaths.out, { readOnly: true }),
      ...registryVolumes(registry, buildahPaths).mounts
    ]
  }
}

/** What Buildah needs to run at all, and to find registries. */
function surroundings(
  registry: RegistrySettings
): Pick<V1Container, 'env' | 'securityContext' | 'terminationMessagePolicy'> {
  return {
    env: [
      { name: 'REGISTRIES_CONF_TEXT', value: registriesConf(registry) },
      { name: 'CONTAINERS_REGISTRIES_CONF', value: '/tmp/registries.conf' },
      ...(registry.secretName === undefined
        ? []
        : [{ name: 'REGISTRY_AUTH_FILE', value: `${buildahPaths.credentials}/config.json` }])
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      privileged: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID', 'SETFCAP'] },
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' }
    }
  }
}
