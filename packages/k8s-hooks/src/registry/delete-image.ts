import type { ImageReference } from './reference.ts'
import type { RegistryResponse } from './http-transport.ts'
import type { ImageEndpoint } from './registry-client.ts'
import { RegistryError } from './registry-error.ts'
import { resolveDigest } from './resolve-digest.ts'

export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  /** There was no such image. */
  | { readonly kind: 'absent' }
  /** This registry deletes nothing, now or later. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may work another time, or with other rights. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Deletes the manifest, and with it every tag of that digest. Throws nothing but the signal's reason. */
export async function deleteImage(
  endpoint: ImageEndpoint,
  reference: ImageReference,
  signal: AbortSignal
): Promise<DeleteOutcome> {
  try {
    const digest = reference.digest ?? (await resolveDigest(endpoint, reference, signal))
    if (digest === undefined) return { kind: 'absent' }
    const { outcome, mayBeTagged } = await deleteManifest(endpoint, digest, signal)
    if (!mayBeTagged || reference.tag === undefined) return outcome
    const untagged = await deleteManifest(endpoint, reference.tag, signal)
    // Where the tag may not be deleted either, the first answer is the one that says why.
    if (untagged.outcome.kind !== 'deleted') return outcome
    return (await deleteManifest(endpoint, digest, signal)).outcome
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RegistryError) return { kind: 'failed', reason: error.message.replace(/\.$/, '') }
    throw error
  }
}

interface Judged {
  readonly outcome: DeleteOutcome
  /** Whether it may be the tag that is in the way. */
  readonly mayBeTagged: boolean
}

async function deleteManifest(
  { send, manifestUrl }: ImageEndpoint,
  tagOrDigest: string,
  signal: AbortSignal
): Promise<Judged> {
  const url = manifestUrl(tagOrDigest)
  const response = await send({ method: 'DELETE', url, headers: {}, signal })
  return { outcome: judge(response, url), mayBeTagged: mayBeTagged(response) }
}

/**
 * Google's registries delete no manifest that has a tag left, and say so; Docker Hub answers 403 then
 * (https://docs.docker.com/reference/api/registry/latest/).
 */
function mayBeTagged({ status, body }: RegistryResponse): boolean {
  return status === 403 || (status === 400 && body.includes('GOOGLE_MANIFEST_DANGLING_TAG'))
}

/** How registries answer a DELETE: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-management */
function judge({ status, body }: RegistryResponse, url: URL): DeleteOutcome {
  if (status === 400) return judgeBadRequest(body, url)
  if ([200, 202, 204].includes(status)) return { kind: 'deleted' }
  if (status === 404) return { kind: 'absent' }
  if (status === 405) return refused(url, status)
  if (status === 401 || status === 403)
    return { kind: 'failed', reason: `the credentials for ${url.host} give no right to delete (status ${status})` }
  return failed(url, status, body)
}

function judgeBadRequest(body: string, url: URL): DeleteOutcome {
  // zot's answer for a repository that it does not know.
  if (body.includes('NAME_UNKNOWN')) return { kind: 'absent' }
  return body.includes('UNSUPPORTED') ? refused(url, 400) : failed(url, 400, body)
}

function refused(url: URL, status: number): DeleteOutcome {
  return { kind: 'refused', reason: `${url.host} does not offer the deletion of images (status ${status})` }
}

function failed(url: URL, status: number, body: string): DeleteOutcome {
  const code = /"code"\s*:\s*"([A-Z_]+)"/.exec(body)?.[1]
  return { kind: 'failed', reason: `${url.host} answers with status ${status}${code === undefined ? '' : ` ${code}`}` }
}
