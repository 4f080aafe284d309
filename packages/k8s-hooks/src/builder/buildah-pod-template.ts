import type { V1PodTemplateSpec } from '@kubernetes/client-node'
import { printReference } from '../registry/reference.ts'
import type { BuildRequest } from './builder.ts'
import type { PodTemplateOptions } from './builder-kind.ts'
import { registriesConf } from './buildah-registries-conf.ts'
import { buildContainer } from './container-names.ts'
import { contextMount, contextVolume, receiver } from './receive-container.ts'
import { registryVolumes } from './registry-volumes.ts'

const contextPath = '/context/source'
const credentialsPath = '/run/k8s-hooks/credentials'
const caPath = '/run/k8s-hooks/ca'

/** Printed between build and push, so that the log tells when the push began. */
export const pushMarker = 'k8s-hooks: push'

/**
 * Buildah's pod: root with the three capabilities that its user namespace takes, and neither seccomp nor AppArmor,
 * whose default profiles forbid that namespace. Pod Security admits it at the level "privileged" only.
 */
export function buildahPodTemplate(request: BuildRequest, options: PodTemplateOptions): V1PodTemplateSpec {
  const { builderImage, runnerImage, registry } = options
  const { volumes, mounts } = registryVolumes(registry, { credentials: credentialsPath, ca: caPath })
  return {
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(registry.secretName === undefined ? {} : { imagePullSecrets: [{ name: registry.secretName }] }),
      initContainers: [receiver(runnerImage)],
      containers: [
        {
          name: buildContainer,
          image: builderImage,
          command: ['sh', '-c', script, 'sh', ...scriptArguments(request, registry.pushHost)],
          env: [
            { name: 'REGISTRIES_CONF_TEXT', value: registriesConf(registry) },
            { name: 'CONTAINERS_REGISTRIES_CONF', value: '/tmp/registries.conf' },
            ...(registry.secretName === undefined
              ? []
              : [{ name: 'REGISTRY_AUTH_FILE', value: `${credentialsPath}/config.json` }])
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
          },
          resources: {
            requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '2Gi' },
            limits: { memory: '2Gi', 'ephemeral-storage': '20Gi' }
          },
          volumeMounts: [
            contextMount(contextPath),
            // Its overlay driver does not work on the overlay that a container's own root is.
            { name: 'storage', mountPath: '/var/lib/containers' },
            ...mounts
          ]
        }
      ],
      volumes: [contextVolume, { name: 'storage', emptyDir: {} }, ...volumes]
    }
  }
}

function scriptArguments(request: BuildRequest, pushHost: string): readonly string[] {
  return [
    printReference(request.destination),
    `${contextPath}/${request.dockerfilePath}`,
    // Not given, it would apply .dockerignore even where <Dockerfile>.dockerignore replaces it.
    request.ignoreFilePath === undefined ? '/dev/null' : `${contextPath}/${request.ignoreFilePath}`,
    `k8s-hooks.build=${request.handle}`,
    pushHost
  ]
}

// Docker's image format: in OCI's, Buildah drops SHELL and HEALTHCHECK. Values come as arguments, never as shell text.
const script = `
set -e
destination=$1 dockerfile=$2 ignorefile=$3 label=$4 host=$5
printf %s "$REGISTRIES_CONF_TEXT" > "$CONTAINERS_REGISTRIES_CONF"
if [ -e ${caPath}/ca.crt ]; then
  mkdir -p "/etc/containers/certs.d/$host"
  cp ${caPath}/ca.crt "/etc/containers/certs.d/$host/ca.crt"
fi
buildah --storage-driver overlay bud --isolation chroot --format docker --label "$label" --label quay.expires-after=5d \\
  --ignorefile "$ignorefile" --file "$dockerfile" --tag "$destination" ${contextPath}
echo '${pushMarker}'
buildah --storage-driver overlay push --digestfile /dev/termination-log "$destination"
`
