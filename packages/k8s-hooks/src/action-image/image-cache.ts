import { arch } from 'node:os'
import { HookError } from '@k8s-hooks/hooklib'
import type { RegistrySettings } from '../config/settings.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { RegistryError } from '../registry/registry-error.ts'
import type { Logger } from '../support/logger.ts'
import { baseImagesOf } from './base-images.ts'
import { type KeptImage, keptImage } from './kept-image.ts'
import { resolveBaseDigests } from './resolve-base-digests.ts'

/** Images that outlive the job: BUILD_CACHE=images. */
export interface ImageCache {
  /**
   * Where the image of this content is kept, and its digest if it is there; undefined where it must be built for this job
   * alone, which is said. Throws nothing but the signal's reason.
   */
  readonly find: (content: CachedContent, signal: AbortSignal) => Promise<FoundImage | undefined>
}

export interface CachedContent {
  /** Of `contentKey`. */
  readonly key: string
  readonly dockerfile: string
}

export interface FoundImage extends KeptImage {
  readonly digest: string | undefined
}

export interface ImageCacheDeps {
  readonly registry: RegistrySettings
  /** Called when the registry is needed. */
  readonly connect: (signal: AbortSignal) => Promise<Pick<RegistryClient, 'resolveDigest'>>
  readonly maxAgeMs: number
  readonly scope: string | undefined
  readonly logger: Logger
  readonly architecture?: string
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number
}

export function createImageCache(deps: ImageCacheDeps): ImageCache {
  return {
    find: async (content, signal) => {
      const found = await tryFind(content, deps, signal)
      if (typeof found !== 'string') return found
      deps.logger.info(`The image is built for this job alone: ${found}`)
      return undefined
    }
  }
}

/** A text says why the image cannot be kept. */
async function tryFind(
  content: CachedContent,
  deps: ImageCacheDeps,
  signal: AbortSignal
): Promise<FoundImage | string> {
  if (deps.scope === undefined) return 'the runner does not name the repository of the workflow.'
  const names = baseImagesOf(content.dockerfile)
  if (names === undefined) return 'the name of a base image is known to the builder only.'
  try {
    return await find({ names, scope: deps.scope, key: content.key }, deps, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RegistryError || error instanceof HookError) return error.message
    throw error
  }
}

async function find(
  { names, ...content }: { readonly names: readonly string[]; readonly scope: string; readonly key: string },
  { registry, connect, maxAgeMs, architecture = arch(), nowMs = () => Date.now() }: ImageCacheDeps,
  signal: AbortSignal
): Promise<FoundImage> {
  const client = await connect(signal)
  const bases = await resolveBaseDigests(names, { client, mirrors: registry.mirrors }, signal)
  const kept = keptImage(registry, { ...content, architecture, bases }, { nowMs: nowMs(), maxAgeMs })
  return { ...kept, digest: await client.resolveDigest(kept.reference, signal) }
}
