import { type ImageReference, isDigest } from './reference.ts'
import { manifestTypes } from './manifest-types.ts'
import type { ImageEndpoint } from './registry-client.ts'
import { RegistryError } from './registry-error.ts'

/** Digest of a tag, by HEAD; undefined when there is no such image. Throws RegistryError. */
export async function resolveDigest(
  { send, manifestUrl }: ImageEndpoint,
  { tag, digest }: ImageReference,
  signal: AbortSignal
): Promise<string | undefined> {
  const url = manifestUrl(digest ?? tag ?? 'latest')
  const { status, headers } = await send({ method: 'HEAD', url, headers: { accept: manifestTypes }, signal })
  if (status === 404) return undefined
  if (status === 401 || status === 403)
    throw new RegistryError('authentication', `${url.host} does not accept the credentials (status ${status}).`, {
      status
    })
  if (status !== 200)
    throw new RegistryError('status', `${url.host}${url.pathname} answers with status ${status}.`, { status })
  const found = headers['docker-content-digest'] ?? digest
  if (found === undefined || !isDigest(found))
    throw new RegistryError('status', `${url.host}${url.pathname} answers without a digest.`, { status })
  return found
}
