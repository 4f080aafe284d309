import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey, fileDigest } from '../support/content-key.ts'
import { fileLayer } from './file-layer.ts'
import type { LayerRecipe } from './layer-recipe.ts'

export interface GoProgram {
  readonly what: string
  /** Directory of the Go module. */
  readonly module: string
  /** Where the program is in the image; the directory of all of them where it ends in "/". */
  readonly path: string
  /** What is built: the module's own program, or those that its go.mod names as tools. */
  readonly packages?: '.' | 'tool'
  readonly tags?: string
  readonly prepare?: (root: string) => Promise<void>
}

/** A layer with static Go programs built from a module of this checkout. */
export function goProgramLayer(program: GoProgram): LayerRecipe {
  const { what, module, path, packages = '.', tags, prepare } = program
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w', ...(tags === undefined ? [] : ['-tags', tags])]
  return fileLayer({
    what,
    inputs: async () => ({ path, flags: flags.join(' '), prepare: String(prepare), sources: await sourceKey(module) }),
    fill: async (root, { host }) => {
      await prepare?.(root)
      await host.run('go', ['build', ...flags, '-o', join(root, path), packages], {
        cwd: module,
        env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' }
      })
    }
  })
}

async function sourceKey(module: string): Promise<string> {
  const digests: Record<string, string> = {}
  for (const entry of await readdir(module, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const counts = entry.isFile() && /(\.go|^go\.mod|^go\.sum)$/.test(entry.name) && !entry.name.endsWith('_test.go')
    if (counts) digests[file.slice(module.length)] = await fileDigest(file)
  }
  return contentKey(digests)
}
