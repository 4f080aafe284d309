import type { RegistrySettings } from '../config/settings.ts'
import { printReference } from '../registry/reference.ts'
import type { BuildRequest } from './builder.ts'
import { proxyVariables } from './proxy-variables.ts'
import type { Delivery } from './push-apart.ts'

/** Folders and files in Kaniko's containers. */
export const kanikoPaths = {
  context: '/kaniko/buildcontext',
  credentials: '/kaniko/.docker',
  ca: '/kaniko/registry-ca',
  out: '/kaniko/out',
  archive: '/kaniko/out/image.tar'
} as const

/** https://github.com/osscontainertools/kaniko#additional-flags */
export function buildArguments(
  request: BuildRequest,
  registry: RegistrySettings,
  delivery: Delivery
): readonly string[] {
  return [
    `--context=dir://${kanikoPaths.context}`,
    // Absolute: a relative path is looked up in the working directory before the context.
    `--dockerfile=${kanikoPaths.context}/${request.dockerfilePath}`,
    ...destination(request),
    ...(delivery === 'push'
      ? ['--digest-file=/dev/termination-log', ...patiently]
      : ['--no-push', `--tar-path=${kanikoPaths.archive}`]),
    // A layer of 300 MB takes 1.2 GiB of memory otherwise, and no less time.
    '--compressed-caching=false',
    '--snapshot-mode=redo',
    '--image-download-retry=3',
    '--image-fs-extract-retry=2',
    ...logging,
    // Makes the digest unique: deleting a digest deletes every image that has it.
    `--label=k8s-hooks.build=${request.handle}`,
    // Quay deletes the image by itself if nobody else does; meaningless elsewhere.
    '--label=quay.expires-after=5d',
    // https://github.com/GoogleContainerTools/kaniko/issues/2164
    '--ignore-path=/product_uuid',
    // Without it, what a Dockerfile puts below /var/run is missing in the image. What is mounted there Kaniko finds by itself.
    '--ignore-var-run=false',
    // Nothing in this pod tells Kaniko that it is in a container.
    '--force',
    ...access(registry),
    ...registry.mirrors.map(mirror => `--registry-mirror=${mirror}`),
    // Without a value it is that of the environment.
    ...Object.keys(proxyVariables(registry)).map(name => `--build-arg=${name}`)
  ]
}

/** `executor push`, since v1.27.6: https://github.com/osscontainertools/kaniko#pushing-a-pre-built-image */
export function pushArguments(request: BuildRequest, registry: RegistrySettings): readonly string[] {
  return ['push', kanikoPaths.archive, ...destination(request), ...patiently, ...logging, ...access(registry)]
}

/** The check is made only once, before anything else: a registry that is busy at that moment would fail the step. */
const patiently = ['--push-retry=3', '--skip-push-permission-check']

const logging = ['--log-format=json', '--verbosity=info']

function destination(request: BuildRequest): readonly string[] {
  return [`--destination=${printReference(request.destination)}`]
}

function access({ pushHost, insecure, caSecretName }: RegistrySettings): readonly string[] {
  return [
    ...(insecure ? [`--insecure-registry=${pushHost}`] : []),
    ...(caSecretName === undefined ? [] : [`--registry-certificate=${pushHost}=${kanikoPaths.ca}/ca.crt`])
  ]
}
