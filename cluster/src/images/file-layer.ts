import { cp, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LayerJob, LayerRecipe } from './layer-recipe.ts'

export interface FileLayer {
  readonly what: string
  readonly inputs: () => Promise<Readonly<Record<string, string>>>
  /** Puts the files below `root`, which exists and is empty. */
  readonly fill: (root: string, job: LayerJob) => Promise<void>
  /** What of `root` goes into the layer, and whom it belongs to there; everything and root when absent. */
  readonly part?: { readonly path: string; readonly owner: number }
}

/** A layer of ready-made files. */
export function fileLayer({ what, inputs, fill, part = { path: '.', owner: 0 } }: FileLayer): LayerRecipe {
  return {
    what,
    // The recipe's own text is an input: who changes it gets a new layer.
    inputs: async () => ({ ...(await inputs()), part: JSON.stringify(part), fill: String(fill) }),
    write: async job => {
      const root = join(job.scratch, 'root')
      await mkdir(root, { mode: 0o755 })
      await fill(root, job)
      const ownership = [`--owner=${part.owner}`, `--group=${part.owner}`, '--numeric-owner']
      await job.host.run('tar', ['--sort=name', '--mtime=@0', ...ownership, '-C', root, '-cf', job.tar, part.path])
    }
  }
}

/** Copies a file of this machine to `path` below `root`, links resolved. */
export async function placeFile(root: string, source: string, path: string): Promise<void> {
  const target = join(root, path)
  await mkdir(dirname(target), { recursive: true })
  await cp(source, target, { dereference: true })
}

/** Copies dynamically linked programs of this machine together with the libraries that they name. */
export async function placePrograms(job: LayerJob, root: string, programs: readonly string[]): Promise<void> {
  for (const program of programs) {
    await placeFile(root, program, program)
    const listing = await job.host.run('ldd', [program])
    for (const [library] of listing.matchAll(/\/[^ )]+/g)) await placeFile(root, library, library)
  }
}

/** Tells one version of an installed file from another without reading it. */
export async function fileStamp(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size}-${Math.trunc(mtimeMs)}`
}
