import { HookError } from '@k8s-hooks/hooklib'

/** `auths` of a Docker configuration: host, or host with a path, to what opens it. */
export type DockerConfig = ReadonlyMap<string, Credential>

export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token (`identitytoken`, or the user name `<token>`). */
  | { readonly kind: 'identity-token'; readonly token: string }

/**
 * Reads a `.dockerconfigjson`. Throws HookError REGISTRY_CREDENTIALS_INVALID, which names the entry and none of its values:
 * Kaniko would stop with "invalid auth configuration file" minutes later.
 */
export function parseDockerConfig(json: string): DockerConfig {
  const auths = propertyOf(parseJson(json), 'auths') ?? {}
  if (typeof auths !== 'object') throw invalid('"auths" is not an object')
  const entries: (readonly [string, Credential])[] = []
  for (const [host, entry] of Object.entries(auths)) {
    const credential = credentialOf(host, entry)
    if (credential !== undefined) entries.push([host, credential])
  }
  return new Map(entries)
}

/** What opens a repository: the longest matching path first, then the host, then the keys that older Docker versions wrote. */
export function credentialFor(config: DockerConfig, registry: string, repository: string): Credential | undefined {
  for (const key of keysFor(registry, repository)) {
    const credential = config.get(key)
    if (credential !== undefined) return credential
  }
  return undefined
}

function keysFor(registry: string, repository: string): readonly string[] {
  const hosts = isDockerHub(registry) ? ['docker.io', 'index.docker.io', 'registry-1.docker.io'] : [registry]
  const components = repository.split('/')
  const paths = components.map((_, index) => components.slice(0, components.length - index).join('/'))
  return [
    ...hosts.flatMap(host => paths.map(path => `${host}/${path}`)),
    ...hosts,
    ...hosts.flatMap(host => [
      `https://${host}`,
      `https://${host}/v1/`,
      `https://${host}/v2/`,
      `${host}/v1/`,
      `${host}/v2/`
    ]),
    ...hosts.flatMap(host => [`http://${host}`, `https://${host}/`])
  ]
}

export function isDockerHub(registry: string): boolean {
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(registry)
}

function credentialOf(host: string, entry: unknown): Credential | undefined {
  const text = (name: string): string | undefined => {
    const value = propertyOf(entry, name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const identityToken = text('identitytoken')
  if (identityToken !== undefined) return { kind: 'identity-token', token: identityToken }
  const auth = text('auth')
  const username = text('username')
  if (auth !== undefined) return fromAuth(host, auth)
  return username === undefined ? undefined : withPassword(username, text('password') ?? '')
}

function fromAuth(host: string, auth: string): Credential {
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '')
  const colon = decoded.indexOf(':')
  if (colon < 0) throw invalid(`"auth" of ${host} is not base64 of "user:password"`)
  return withPassword(decoded.slice(0, colon), decoded.slice(colon + 1))
}

function withPassword(username: string, password: string): Credential {
  return username === '<token>' ? { kind: 'identity-token', token: password } : { kind: 'password', username, password }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The parser's message would quote the secret.
    throw invalid('it is not JSON')
  }
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([key]) => key === name)?.[1] as unknown)
    : undefined
}

function invalid(problem: string): HookError {
  return new HookError('REGISTRY_CREDENTIALS_INVALID', `The registry's credentials cannot be read: ${problem}.`, {
    hint: 'The secret is of type kubernetes.io/dockerconfigjson: kubectl create secret docker-registry writes one.'
  })
}
