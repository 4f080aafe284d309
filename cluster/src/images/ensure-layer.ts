import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cache, ensureCacheEntry } from '../cache/ensure-cache-entry.ts'
import type { Host } from '../host/host.ts'
import { contentKey, fileDigest } from '../support/content-key.ts'
import type { LayerRecipe } from './layer-recipe.ts'

/** A finished layer in the cache. */
export interface Layer {
  /** Tells this content from any other. */
  readonly key: string
  /** The gzip-compressed tar. */
  readonly blob: string
  readonly digest: string
  readonly sizeBytes: number
  /** Digest of the uncompressed tar. */
  readonly diffId: string
}

export interface LayerDeps {
  readonly host: Host
  readonly cache: Cache
}

/** Key of a layer: its own inputs and those of what it lies on. Cheap, builds nothing. */
export async function layerKey(recipe: LayerRecipe): Promise<string> {
  return contentKey(await inputsOf(recipe))
}

/** The layer from the cache; made first when it is not there. */
export async function ensureLayer(deps: LayerDeps, recipe: LayerRecipe): Promise<Layer> {
  const inputs = await inputsOf(recipe)
  const directory = await ensureCacheEntry(deps.cache, {
    what: `layer-${recipe.what}`,
    inputs,
    build: async target => {
      await deps.host.progress.stage(
        `layer ${recipe.what} built`,
        async detail => await build(deps, recipe, { target, detail })
      )
    }
  })
  const [blob, record] = [join(directory, 'layer.tar.gz'), join(directory, 'layer.json')]
  const [digest = '', diffId = ''] = (await readFile(record, 'utf8')).trim().split('\n')
  return { key: contentKey(inputs), blob, digest, diffId, sizeBytes: (await stat(blob)).size }
}

async function inputsOf(recipe: LayerRecipe): Promise<Readonly<Record<string, string>>> {
  const own = await recipe.inputs()
  return recipe.base === undefined ? own : { ...own, base: await layerKey(recipe.base) }
}

interface BuildPlace {
  readonly target: string
  readonly detail: (text: string) => void
}

async function build(deps: LayerDeps, recipe: LayerRecipe, { target, detail }: BuildPlace): Promise<void> {
  const { host } = deps
  const scratch = join(target, 'scratch')
  const tar = join(target, 'layer.tar')
  await mkdir(scratch)
  const baseTar = recipe.base === undefined ? undefined : join(scratch, 'base.tar')
  if (recipe.base !== undefined && baseTar !== undefined) {
    const base = await ensureLayer(deps, recipe.base)
    await host.run('sh', ['-c', 'gunzip -c "$0" > "$1"', base.blob, baseTar])
  }
  await recipe.write({ host, tar, scratch, baseTar, detail })
  detail('compressing')
  const diffId = await fileDigest(tar)
  await host.run('gzip', ['-n', '-1', tar])
  await writeFile(join(target, 'layer.json'), `${await fileDigest(`${tar}.gz`)}\n${diffId}\n`)
  await rm(scratch, { recursive: true, force: true })
}
