import type { RegistrySettings } from '../config/settings.ts'
import { printReference } from '../registry/reference.ts'
import type { BuildRequest } from './builder.ts'
import type { Delivery } from './push-apart.ts'

/** Folders and files in Buildah's containers. */
export const buildahPaths = {
  context: '/context/source',
  storage: '/var/lib/containers',
  credentials: '/run/k8s-hooks/credentials',
  ca: '/run/k8s-hooks/ca',
  out: '/run/k8s-hooks/out'
} as const

/** Printed between build and push, so that the log tells when the push began. */
export const pushMarker = 'k8s-hooks: push'

const archive = `docker-archive:${buildahPaths.out}/image.tar`

/** argv that builds the image and pushes it, or leaves it in an archive for another container; more options of `bud` may follow. */
export function buildCommand(
  request: BuildRequest,
  { pushHost }: Pick<RegistrySettings, 'pushHost'>,
  delivery: Delivery
): readonly string[] {
  const script = [prepare, build, ...(delivery === 'push' ? [push] : [save])].join('')
  const { context } = buildahPaths
  return [
    ...command(script, request, pushHost),
    `${context}/${request.dockerfilePath}`,
    // Not given, it would apply .dockerignore even where <Dockerfile>.dockerignore replaces it.
    request.ignoreFilePath === undefined ? '/dev/null' : `${context}/${request.ignoreFilePath}`,
    `k8s-hooks.build=${request.handle}`
  ]
}

/** argv that pushes what the other container has left. */
export function pushCommand(
  request: BuildRequest,
  { pushHost }: Pick<RegistrySettings, 'pushHost'>
): readonly string[] {
  return command([prepare, load, push].join(''), request, pushHost)
}

/** Values come as arguments, never as shell text. */
function command(script: string, { destination }: BuildRequest, pushHost: string): readonly string[] {
  return ['sh', '-c', script, 'sh', printReference(destination), pushHost]
}

const prepare = `
set -e
destination=$1 host=$2
printf %s "$REGISTRIES_CONF_TEXT" > "$CONTAINERS_REGISTRIES_CONF"
if [ -e ${buildahPaths.ca}/ca.crt ]; then
  mkdir -p "/etc/containers/certs.d/$host"
  cp ${buildahPaths.ca}/ca.crt "/etc/containers/certs.d/$host/ca.crt"
fi`

// Docker's image format: in OCI's, Buildah drops SHELL and HEALTHCHECK.
const build = `
dockerfile=$3 ignorefile=$4 label=$5
shift 5
buildah --storage-driver overlay bud --isolation chroot --format docker --label "$label" --label quay.expires-after=5d \\
  "$@" --ignorefile "$ignorefile" --file "$dockerfile" --tag "$destination" ${buildahPaths.context}
`
// An archive and not the storage itself: its layers would be what a Dockerfile may have made of them.
const save = `
buildah --storage-driver overlay push "$destination" "${archive}:$destination"
`
const load = `
buildah --storage-driver overlay pull ${archive}
`
const push = `
echo '${pushMarker}'
buildah --storage-driver overlay push --digestfile /dev/termination-log "$destination"
`
