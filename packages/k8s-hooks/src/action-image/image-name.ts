import { HookError } from '@k8s-hooks/hooklib'
import type { RegistrySettings } from '../config/settings.ts'
import { isDockerHub } from '../registry/docker-config.ts'
import { type ImageReference, parseReference, printReference } from '../registry/reference.ts'

/**
 * What the image of a build is pushed as. Without a path prefix every build has a repository of its own (ADR 0034:
 * `localhost:<node port>/<random handle>`): nobody can guess it, and a delete, for which `distribution` reads every tag of
 * a repository, stays cheap. Under a prefix all builds share one repository, because hosted registries make a lasting
 * package of each new one. Throws HookError IMAGE_NAME_INVALID.
 */
export function pushedImage(registry: RegistrySettings, handle: string): ImageReference {
  const reference = parseReference(`${registry.pushHost}/${repositoryOf(registry, handle)}:${handle}`)
  if (reference.registry === registry.pushHost) return reference
  // Every tool would take "registry/…" for a repository on Docker Hub.
  throw new HookError('IMAGE_NAME_INVALID', `${registry.pushHost} cannot be the host of an image name.`, {
    hint: 'ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_HOST needs a dot in it, or ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_PORT beside it.'
  })
}

/** The same image as a node pulls it. */
export function pulledImage(registry: RegistrySettings, handle: string, digest: string): string {
  return printReference({ registry: registry.pullHost, repository: repositoryOf(registry, handle), digest })
}

/** Docker Hub knows exactly two levels: https://docs.docker.com/docker-hub/repos/create/ */
function repositoryOf({ pushHost, pathPrefix }: RegistrySettings, handle: string): string {
  if (pathPrefix === '') return `k8s-hooks/${handle}`
  return isDockerHub(pushHost) && pathPrefix.includes('/') ? pathPrefix : `${pathPrefix}/k8s-hooks`
}
