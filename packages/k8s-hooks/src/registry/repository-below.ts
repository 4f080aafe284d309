import type { RegistrySettings } from '../config/settings.ts'
import { isDockerHub } from './docker-config.ts'

/**
 * The repository of a scope for what outlives a job, in a folder of its own. The scope is a path of repository names.
 * Docker Hub knows exactly two levels (https://docs.docker.com/docker-hub/repos/create/): there all scopes share one.
 */
export function repositoryBelow(
  { pushHost, pathPrefix }: Pick<RegistrySettings, 'pushHost' | 'pathPrefix'>,
  folder: string,
  scope: string
): string {
  if (!isDockerHub(pushHost)) return [...(pathPrefix === '' ? [] : [pathPrefix]), folder, scope].join('/')
  return pathPrefix.includes('/') ? pathPrefix : `${pathPrefix}/${folder}`
}
