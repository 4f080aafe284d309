import type { V1Container, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { builderPod } from './builder-pod.ts'
import { buildCommand, buildkitPaths, pushCommand } from './buildkit-script.ts'
import { buildkitdToml } from './buildkitd-toml.ts'

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
    build: (delivery, registry) => ({
      command: [...buildCommand(request, options.registry, { delivery, layerCache: options.layerCache })],
      ...surroundings(registry)
    }),
    push: registry => ({ command: [...pushCommand(request, registry)], ...surroundings(registry) }),
    pushMemory: '128Mi',
    paths: buildkitPaths,
    contextOwner: user
  })
}

/** What BuildKit needs to run at all, and to find registries. */
function surroundings(registry: RegistrySettings): Pick<V1Container, 'env' | 'securityContext'> {
  return {
    env: [
      { name: 'BUILDKITD_CONFIG_TEXT', value: buildkitdToml(registry) },
      ...(registry.secretName === undefined ? [] : [{ name: 'DOCKER_CONFIG', value: buildkitPaths.credentials }])
    ],
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
