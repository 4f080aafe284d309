import { HookError } from '@k8s-hooks/hooklib'
import type { ProxySettings, RegistrySettings } from '../config/settings.ts'
import type { Secrets } from '../kubernetes/cluster.ts'
import { type DockerConfig, parseDockerConfig } from './docker-config.ts'

/** What the hook itself needs to speak to the registry. */
export interface RegistryAccess {
  /** Host that is spoken to in plain http. */
  readonly insecureHost: string | undefined
  readonly credentials: DockerConfig
  /** PEM of a certificate authority to trust beside the public ones. */
  readonly ca: string | undefined
  readonly proxy?: ProxySettings | undefined
}

/**
 * Reads the registry's Secrets. Throws HookError: REGISTRY_SECRET_MISSING, REGISTRY_CREDENTIALS_INVALID, and what
 * `secrets.get` throws.
 * @param baseImageSecretName where base images are asked for too; what the registry's own Secret says of a place counts
 */
export async function loadRegistryAccess(
  settings: RegistrySettings,
  secrets: Pick<Secrets, 'get'>,
  signal: AbortSignal,
  baseImageSecretName?: string
): Promise<RegistryAccess> {
  const { secretName, caSecretName } = settings
  const read = (name: string, key: string, variable: string): Promise<string> =>
    readKey(secrets, { name, key, variable, signal })
  const [bases, config, ca] = await Promise.all([
    baseImageSecretName === undefined ? '{}' : read(baseImageSecretName, '.dockerconfigjson', 'BASE_IMAGE_SECRET_NAME'),
    secretName === undefined ? '{}' : read(secretName, '.dockerconfigjson', 'REGISTRY_SECRET_NAME'),
    caSecretName === undefined ? undefined : read(caSecretName, 'ca.crt', 'REGISTRY_CA_SECRET_NAME')
  ])
  return {
    insecureHost: settings.insecure ? settings.pushHost : undefined,
    credentials: new Map([...parseDockerConfig(bases), ...parseDockerConfig(config)]),
    ca,
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy })
  }
}

async function readKey(
  secrets: Pick<Secrets, 'get'>,
  { name, key, variable, signal }: { name: string; key: string; variable: string; signal: AbortSignal }
): Promise<string> {
  const secret = await secrets.get(name, signal)
  const value = secret?.data?.[key]
  if (value !== undefined) return Buffer.from(value, 'base64').toString('utf8')
  const problem = secret === undefined ? 'does not exist' : `has no key ${key}`
  throw new HookError('REGISTRY_SECRET_MISSING', `The Secret ${name} ${problem}.`, {
    hint: `ACTIONS_RUNNER_CONTAINER_HOOKS_${variable} names a Secret in the runner's namespace that has the key ${key}.`
  })
}
