import type { V1EnvVar } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { withinTidyTime } from '../support/within-tidy-time.ts'
import type { BuilderDeps } from './builder-deps.ts'
import { proxyVariables } from './proxy-variables.ts'

export interface ProxyEnvironmentOptions {
  /** Tells this build from others. */
  readonly handle: string
  readonly registry: RegistrySettings
  readonly deps: Pick<BuilderDeps, 'cluster' | 'logger' | 'namePrefix' | 'secretEnvironment'>
  readonly signal: AbortSignal
}

/**
 * Runs `build` with the variables of the runner's proxy. They stand in a Secret for as long, because an address may hold a password.
 * @throws what `secrets.create` and `build` throw
 */
export async function withProxyEnvironment<T>(
  { handle, registry, deps, signal }: ProxyEnvironmentOptions,
  build: (env: readonly V1EnvVar[]) => Promise<T>
): Promise<T> {
  const { cluster, logger, namePrefix, secretEnvironment } = deps
  const name = objectName(namePrefix, `proxy-${handle.slice(0, 8)}`)
  const { secret, env } = secretEnvironment(name, proxyVariables(registry))
  if (secret === undefined) return await build(env)
  try {
    await cluster.secrets.create(secret, signal)
    return await build(env)
  } finally {
    await withinTidyTime(signal, stop => cluster.secrets.delete(name, { signal: stop })).catch(() =>
      logger.debug(`Secret ${name} could not be deleted; Kubernetes deletes it with the runner pod.`)
    )
  }
}
