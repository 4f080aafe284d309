import { createHash } from 'node:crypto'
import type { RegistrySettings } from '../config/settings.ts'
import type { ImageReference } from '../registry/reference.ts'
import { repositoryBelow } from '../registry/repository-below.ts'

/** What the name of an image that outlives its job is made of. */
export interface KeptContent {
  /** Of `contentKey`. */
  readonly key: string
  /** Whose images these are: no other scope finds them. */
  readonly scope: string
  /** Of the processor. */
  readonly architecture: string
  /** `name@digest` of all base images. */
  readonly bases: readonly string[]
}

export interface KeptImage {
  readonly reference: ImageReference
  /** When nobody will use it any more. */
  readonly expiresAt: Date
}

/**
 * Where an image with this content is kept. Its tag ends at a point in time and begins with it, so that nothing else needs to
 * be known of its age, and old ones are told by their names. That point is another one for each content: not all of a
 * registry's images end at once.
 */
export function keptImage(
  registry: RegistrySettings,
  { key, scope, architecture, bases }: KeptContent,
  { nowMs, maxAgeMs }: { readonly nowMs: number; readonly maxAgeMs: number }
): KeptImage {
  const hash = createHash('sha256')
    .update(JSON.stringify([1, key, scope, architecture, bases]))
    .digest('hex')
  const offsetMs = Number.parseInt(hash.slice(0, 12), 16) % maxAgeMs
  const expiresAt = new Date(offsetMs + (Math.floor((nowMs - offsetMs) / maxAgeMs) + 1) * maxAgeMs)
  const stamp = expiresAt.toISOString().replace(/[-:]|\.\d+/g, '')
  const repository = repositoryBelow(registry, 'k8s-hooks-images', scope)
  return { reference: { registry: registry.pushHost, repository, tag: `until-${stamp}-${hash}` }, expiresAt }
}
