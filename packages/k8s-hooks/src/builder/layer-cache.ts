import type { BuilderSettings, RegistrySettings } from '../config/settings.ts'
import { repositoryBelow } from '../registry/repository-below.ts'

/** Where a builder keeps its layers for later jobs: BUILD_CACHE=layers. */
export interface LayerCache {
  /** "host/path". */
  readonly repository: string
  readonly maxAgeSeconds: number
}

/** @param scope whose layers these are; without one nothing is kept */
export function layerCacheOf(
  { cache }: Pick<BuilderSettings, 'cache'>,
  registry: Pick<RegistrySettings, 'pushHost' | 'pathPrefix'>,
  scope: string | undefined
): LayerCache | undefined {
  if (cache?.kind !== 'layers' || scope === undefined) return undefined
  const repository = `${registry.pushHost}/${repositoryBelow(registry, 'k8s-hooks-layers', scope)}`
  return { repository, maxAgeSeconds: cache.maxAgeSeconds }
}

/** https://github.com/osscontainertools/kaniko#caching */
export function kanikoCacheArguments(cache: LayerCache | undefined): readonly string[] {
  if (cache === undefined) return []
  return [
    '--cache=true',
    // Without it the files of a COPY are taken anew, and the base image is unpacked for them.
    '--cache-copy-layers=true',
    `--cache-repo=${cache.repository}`,
    `--cache-ttl=${cache.maxAgeSeconds}s`
  ]
}

/** Off by default in v1.28: without them different instructions or files can have the same key. */
export const kanikoCacheFlags = [
  'FF_KANIKO_ROLLING_CACHE_KEY',
  'FF_KANIKO_HASH_DIR_FRAMING',
  'FF_KANIKO_RESOLVE_CACHE_KEY'
]

/** https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md */
export function buildahCacheArguments(cache: LayerCache | undefined): readonly string[] {
  if (cache === undefined) return []
  const { repository, maxAgeSeconds } = cache
  return ['--layers', '--cache-from', repository, '--cache-to', repository, '--cache-ttl', `${maxAgeSeconds}s`]
}
