import type { V1Container, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { builderPod } from './builder-pod.ts'
import { registriesConf } from './buildah-registries-conf.ts'
import { buildahPaths, buildCommand, pushCommand } from './buildah-script.ts'
import { buildahCacheArguments } from './layer-cache.ts'

/**
 * Buildah's pod: root with the three capabilities that its user namespace takes, and neither seccomp nor AppArmor,
 * whose default profiles forbid that namespace. Pod Security admits it at the level "privileged" only. Where pushing takes
 * credentials, a second container pushes; it alone has them.
 */
export function buildahPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  return builderPod(options, {
    build: (delivery, registry) => ({
      command: [...buildCommand(request, options.registry, delivery), ...buildahCacheArguments(options.layerCache)],
      ...surroundings(registry)
    }),
    push: registry => ({ command: [...pushCommand(request, registry)], ...surroundings(registry) }),
    pushMemory: '128Mi',
    paths: buildahPaths
  })
}

/** What Buildah needs to run at all, and to find registries. */
function surroundings(registry: RegistrySettings): Pick<V1Container, 'env' | 'securityContext'> {
  return {
    env: [
      { name: 'REGISTRIES_CONF_TEXT', value: registriesConf(registry) },
      { name: 'CONTAINERS_REGISTRIES_CONF', value: '/tmp/registries.conf' },
      ...(registry.secretName === undefined
        ? []
        : [{ name: 'REGISTRY_AUTH_FILE', value: `${buildahPaths.credentials}/config.json` }])
    ],
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
