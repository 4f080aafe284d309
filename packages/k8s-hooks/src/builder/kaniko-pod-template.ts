import type { V1EnvVar, V1PodTemplateSpec, V1SecurityContext } from '@kubernetes/client-node'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { builderPod } from './builder-pod.ts'
import { buildArguments, kanikoPaths, pushArguments } from './kaniko-arguments.ts'
import { kanikoCacheArguments, kanikoCacheFlags } from './layer-cache.ts'

/**
 * Kaniko's pod: root without privilege escalation, the six capabilities that unpacking a base image takes, the container
 * runtime's seccomp profile. It is admitted under the Pod Security level "baseline". Where pushing takes credentials, a
 * second container pushes: as an ordinary user without any capability, and it alone has them.
 */
export function kanikoPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  const { registry, layerCache, builderImage } = options
  return builderPod(options, {
    build: delivery => ({
      args: [...buildArguments(request, registry, delivery), ...kanikoCacheArguments(layerCache)],
      env: [...buildEnvironment(builderImage, layerCache === undefined ? [] : kanikoCacheFlags)],
      securityContext: {
        privileged: false,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'SETFCAP'] }
      }
    }),
    push: () => ({
      args: [...pushArguments(request, registry)],
      env: [dockerConfig, flag('FF_KANIKO_PATH_SCOPED_REGISTRY_AUTH')],
      securityContext: unprivileged
    }),
    pushMemory: '64Mi',
    paths: kanikoPaths,
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } }
  })
}

/** To push an archive takes no rights at all. */
const unprivileged: V1SecurityContext = {
  runAsUser: 1000,
  runAsGroup: 1000,
  runAsNonRoot: true,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] }
}

const dockerConfig: V1EnvVar = { name: 'DOCKER_CONFIG', value: kanikoPaths.credentials }

/** Switches of v1.28 that give Docker's results: https://github.com/osscontainertools/kaniko#feature-flags */
function buildEnvironment(image: string, cacheFlags: readonly string[]): readonly V1EnvVar[] {
  const flags = [
    'FF_KANIKO_COPY_AS_ROOT',
    'FF_KANIKO_RUN_HONOR_GROUP',
    'FF_KANIKO_EXPAND_HEREDOC',
    'FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS',
    'FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS',
    'FF_KANIKO_UNTAR_SKIP_ROOT',
    'FF_KANIKO_PATH_SCOPED_REGISTRY_AUTH',
    // The slim image has no tini, and with this switch every RUN needs it.
    ...(/:[^@]*-slim(?:@|$)/.test(image) ? [] : ['FF_KANIKO_RUN_VIA_TINI']),
    ...cacheFlags
  ]
  return [dockerConfig, ...flags.map(flag)]
}

function flag(name: string): V1EnvVar {
  return { name, value: 'true' }
}
