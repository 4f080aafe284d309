import { type ImageReference, parseReference, printReference } from '../registry/reference.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import { RegistryError } from '../registry/registry-error.ts'

export interface BaseDigestDeps {
  readonly client: Pick<RegistryClient, 'resolveDigest'>
  /** Of Docker Hub: asked before it, as the builder does. */
  readonly mirrors: readonly string[]
}

/**
 * `name@digest` of each base image, as it is now. Throws HookError IMAGE_NAME_INVALID, and RegistryError where no place
 * that may have an image has it.
 */
export async function resolveBaseDigests(
  names: readonly string[],
  deps: BaseDigestDeps,
  signal: AbortSignal
): Promise<readonly string[]> {
  return await Promise.all(names.map(name => resolveOne(name, deps, signal)))
}

async function resolveOne(name: string, { client, mirrors }: BaseDigestDeps, signal: AbortSignal): Promise<string> {
  const reference = parseReference(name)
  if (reference.digest !== undefined) return printReference(reference)
  let failure: RegistryError | undefined
  for (const place of placesOf(reference, mirrors)) {
    try {
      const digest = await client.resolveDigest(place, signal)
      if (digest !== undefined) return printReference({ ...reference, digest })
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      failure = error
    }
  }
  throw failure ?? new RegistryError('status', `There is no image ${name}.`, { status: 404 })
}

function placesOf(reference: ImageReference, mirrors: readonly string[]): readonly ImageReference[] {
  if (reference.registry !== 'docker.io') return [reference]
  const mirrored = mirrors.map(mirror => {
    const [registry = '', ...path] = mirror.split('/')
    return { ...reference, registry, repository: [...path, reference.repository].join('/') }
  })
  return [...mirrored, reference]
}
