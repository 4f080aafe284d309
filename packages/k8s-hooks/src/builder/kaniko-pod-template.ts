import type { V1EnvVar, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { printReference } from '../registry/reference.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { buildContainer } from './container-names.ts'
import { contextMount, contextVolume, receiver } from './receive-container.ts'
import { registryVolumes } from './registry-volumes.ts'

const contextPath = '/kaniko/buildcontext'
const caPath = '/kaniko/registry-ca'

/**
 * Kaniko's pod: root without privilege escalation, the six capabilities that unpacking a base image takes, the container
 * runtime's seccomp profile. It is admitted under the Pod Security level "baseline".
 */
export function kanikoPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  const { builderImage, runnerImage, registry } = options
  const { volumes, mounts } = registryVolumes(registry, { credentials: '/kaniko/.docker', ca: caPath })
  return {
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
      ...(registry.secretName === undefined ? {} : { imagePullSecrets: [{ name: registry.secretName }] }),
      initContainers: [receiver(runnerImage)],
      containers: [
        {
          name: buildContainer,
          image: builderImage,
          args: [...kanikoArguments(request, registry)],
          env: [...environment(builderImage)],
          terminationMessagePolicy: 'FallbackToLogsOnError',
          securityContext: {
            privileged: false,
            allowPrivilegeEscalation: false,
            capabilities: {
              drop: ['ALL'],
              add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'SETFCAP']
            }
          },
          resources: {
            requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '2Gi' },
            limits: { memory: '2Gi', 'ephemeral-storage': '20Gi' }
          },
          volumeMounts: [contextMount(contextPath), ...mounts]
        }
      ],
      volumes: [contextVolume, ...volumes]
    }
  }
}

/** https://github.com/osscontainertools/kaniko#additional-flags */
function kanikoArguments(request: BuildRequest, registry: RegistrySettings): readonly string[] {
  return [
    `--context=dir://${contextPath}`,
    // Absolute: a relative path is looked up in the working directory before the context.
    `--dockerfile=${contextPath}/${request.dockerfilePath}`,
    `--destination=${printReference(request.destination)}`,
    '--digest-file=/dev/termination-log',
    // A layer of 300 MB takes 1.2 GiB of memory otherwise, and no less time.
    '--compressed-caching=false',
    '--snapshot-mode=redo',
    '--image-download-retry=3',
    '--image-fs-extract-retry=2',
    '--push-retry=3',
    '--log-format=json',
    '--verbosity=info',
    // Makes the digest unique: deleting a digest deletes every image that has it.
    `--label=k8s-hooks.build=${request.handle}`,
    // Quay deletes the image by itself if nobody else does; meaningless elsewhere.
    '--label=quay.expires-after=5d',
    // https://github.com/GoogleContainerTools/kaniko/issues/2164
    '--ignore-path=/product_uuid',
    // Nothing in this pod tells Kaniko that it is in a container.
    '--force',
    ...(registry.insecure ? [`--insecure-registry=${registry.pushHost}`] : []),
    ...(registry.caSecretName === undefined ? [] : [`--registry-certificate=${registry.pushHost}=${caPath}/ca.crt`]),
    ...registry.mirrors.map(mirror => `--registry-mirror=${mirror}`)
  ]
}

/** Switches of v1.28 that give Docker's results: https://github.com/osscontainertools/kaniko#feature-flags */
function environment(image: string): readonly V1EnvVar[] {
  const flags = [
    'FF_KANIKO_COPY_AS_ROOT',
    'FF_KANIKO_RUN_HONOR_GROUP',
    'FF_KANIKO_EXPAND_HEREDOC',
    'FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS',
    'FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS',
    'FF_KANIKO_UNTAR_SKIP_ROOT',
    'FF_KANIKO_PATH_SCOPED_REGISTRY_AUTH',
    // The slim image has no tini, and with this switch every RUN needs it.
    ...(/:[^@]*-slim(?:@|$)/.test(image) ? [] : ['FF_KANIKO_RUN_VIA_TINI'])
  ]
  return [{ name: 'DOCKER_CONFIG', value: '/kaniko/.docker' }, ...flags.map(name => ({ name, value: 'true' }))]
}
