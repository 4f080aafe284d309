import type { V1Container, V1PodTemplateSpec, V1Volume } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { baseImageCredentials, withBaseImageSecret } from './base-image-credentials.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { builderPod, buildResources } from './builder-pod.ts'
import { buildCommand, buildkitPaths, pushCommand } from './buildkit-script.ts'
import { buildkitdToml } from './buildkitd-toml.ts'
import { buildContainer, pushContainer } from './container-names.ts'
import { type Delivery, outMount } from './push-apart.ts'
import { contextMount } from './receive-container.ts'
import { registryVolumes } from './registry-volumes.ts'

/** Its snapshots do not work on the overlay that a container's own root is. */
const storage: V1Volume = { name: 'storage', emptyDir: {} }
const pushStorage: V1Volume = { name: 'push-storage', emptyDir: {} }

/** As the project's rootless image has it, with ranges of subordinate ids. */
const user = 1000

/**
 * BuildKit's pod: an ordinary user that becomes root of a user namespace. `newuidmap` makes it, a program with
 * capabilities that its caller has not: hence privilege escalation, and neither seccomp nor AppArmor. Pod Security admits it
 * at the level "privileged" only. RUN is in a container of its own inside of that, but shares its processes: so where
 * pushing takes credentials, a second container pushes; it alone has them.
 */
export function buildkitPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  return builderPod(options, {
    build: delivery => builder(request, options, delivery),
    push: () => pusher(request, options),
    paths: buildkitPaths,
    volumes: delivery => (delivery === 'archive' ? [storage, pushStorage] : [storage]),
    contextOwner: user
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
    command: [...buildCommand(request, registry, { delivery, layerCache })],
    ...surroundings(known),
    resources: buildResources,
    volumeMounts: [
      contextMount(buildkitPaths.context),
      { name: storage.name, mountPath: buildkitPaths.storage },
      ...(delivery === 'archive' ? [outMount(buildkitPaths.out, { readOnly: false })] : []),
      ...registryVolumes(known, buildkitPaths, baseImageCredentials).mounts
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
      { name: pushStorage.name, mountPath: buildkitPaths.storage },
      outMount(buildkitPaths.out, { readOnly: true }),
      ...registryVolumes(registry, buildkitPaths).mounts
    ]
  }
}

/** What BuildKit needs to run at all, and to find registries. */
function surroundings(
  registry: RegistrySettings
): Pick<V1Container, 'env' | 'securityContext' | 'terminationMessagePolicy'> {
  return {
    env: [
      { name: 'BUILDKITD_CONFIG_TEXT', value: buildkitdToml(registry) },
      ...(registry.secretName === undefined ? [] : [{ name: 'DOCKER_CONFIG', value: buildkitPaths.credentials }])
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      runAsUser: user,
      runAsGroup: user,
      privileged: false,
      allowPrivilegeEscalation: true,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID'] },
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' }
    }
  }
}
