import { deleteImage, type DeleteOutcome } from './delete-image.ts'
import { describeImage, type ImageDescription } from './describe-image.ts'
import { credentialFor, isDockerHub } from './docker-config.ts'
import { createHttpTransport, type Send } from './http-transport.ts'
import type { RegistryAccess } from './load-access.ts'
import type { ImageReference } from './reference.ts'
import { resolveDigest } from './resolve-digest.ts'
import { withAuthentication } from './with-authentication.ts'
import { type RetryOptions, withRetry } from './with-retry.ts'

export interface RegistryClient {
  /** Digest that a tag stands for; undefined when there is no such image. Throws RegistryError. */
  readonly resolveDigest: (reference: ImageReference, signal: AbortSignal) => Promise<string | undefined>
  /** Size and layers of an image, by its digest. Throws RegistryError. */
  readonly describeImage: (reference: Required<ImageReference>, signal: AbortSignal) => Promise<ImageDescription>
  /** Throws nothing but the signal's reason: an image that stays is no reason to fail a job. */
  readonly deleteImage: (reference: ImageReference, signal: AbortSignal) => Promise<DeleteOutcome>
}

/** One image in its registry: requests relative to its repository. */
export interface ImageEndpoint {
  readonly send: Send
  /** `/v2/<repository>/manifests/<tag or digest>`. */
  readonly manifestUrl: (tagOrDigest: string) => URL
}

export function createRegistryClient(access: RegistryAccess, options: RetryOptions = {}): RegistryClient {
  const transport = withRetry(createHttpTransport({ ca: access.ca, proxy: access.proxy }), options)

  const endpointOf = ({ registry, repository }: ImageReference, actions: readonly string[]): ImageEndpoint => {
    const host = isDockerHub(registry) ? 'registry-1.docker.io' : registry
    const base = `${registry === access.insecureHost ? 'http' : 'https'}://${host}/v2/${repository}/manifests/`
    const credential = credentialFor(access.credentials, registry, repository)
    return {
      send: withAuthentication(transport, { repository, actions, credential }),
      manifestUrl: tagOrDigest => new URL(base + tagOrDigest)
    }
  }

  return {
    resolveDigest: (reference, signal) => resolveDigest(endpointOf(reference, ['pull']), reference, signal),
    describeImage: (reference, signal) => describeImage(endpointOf(reference, ['pull']), reference.digest, signal),
    deleteImage: (reference, signal) =>
      deleteImage(endpointOf(reference, ['pull', 'push', 'delete']), reference, signal)
  }
}
