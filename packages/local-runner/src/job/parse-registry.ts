import type { Registry } from '../hook/hook-args.ts'

/** `github.actor` and `github.token`: they open GitHub's own registries. */
export interface RegistryOwner {
  readonly actor: string
  readonly token: string
}

const githubRegistries = ['ghcr.io', 'containers.pkg.github.com']

/** `registry` of a container: the author's credentials, or the job's own token at GitHub's registries (1.2). */
export function parseRegistry(
  image: string,
  username: string,
  password: string,
  owner: RegistryOwner
): Registry | null {
  const serverUrl = registryHost(image)
  if (username !== '') return { username, password: password === '' ? null : password, serverUrl }
  if (password !== '' || !githubRegistries.includes(serverUrl)) return null
  return { username: owner.actor, password: owner.token, serverUrl }
}

/** First of three segments, or of two when it looks like a host; empty for Docker Hub (1.2). */
function registryHost(image: string): string {
  const [first = '', ...others] = image.split('/')
  if (others.length >= 2) return first
  return others.length === 1 && /[.:]/.test(first) ? first : ''
}
