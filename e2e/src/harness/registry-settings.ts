import { kubectl } from './kubectl.ts'
import { registryPort } from './own-registry.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_'

/**
 * The hook's settings for another registry than the cluster's, by the ends of their names. The cluster's takes no part but
 * for base images, by an address that builders speak plain http to.
 */
export async function registrySettings(
  values: Readonly<Record<string, string>>
): Promise<Readonly<Record<string, string | undefined>>> {
  const mirror = await kubectl(['-n', 'default', 'get', 'service', 'registry', '-o', 'jsonpath={.spec.clusterIP}'])
  const own = { NODE_PORT: undefined, PORT: String(registryPort), MIRRORS: `${mirror}:5000/dockerhub`, ...values }
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [prefix + name, value]))
}
