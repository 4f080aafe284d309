import { describe, expect, it } from '@jest/globals'
import { debianAddition, debianLayer } from '../../src/images/debian-layer.ts'
import { layerKey } from '../../src/images/ensure-layer.ts'
import { imageKey } from '../../src/images/image-declaration.ts'
import type { LayerRecipe } from '../../src/images/layer-recipe.ts'

function recipe(inputs: Readonly<Record<string, string>>, base?: LayerRecipe): LayerRecipe {
  return {
    what: 'test',
    inputs: async () => await Promise.resolve(inputs),
    write: async () => await Promise.reject(new Error('A key must not build anything.')),
    ...(base === undefined ? {} : { base })
  }
}

describe('layerKey', () => {
  it('changes with the layer below', async () => {
    const [one, two] = [recipe({ a: '1' }, recipe({ b: '1' })), recipe({ a: '1' }, recipe({ b: '2' }))]
    expect(await layerKey(one)).not.toBe(await layerKey(two))
  })

  it.each([
    { what: 'the packages', other: { packages: ['git', 'curl'] } },
    { what: 'the finish', other: { packages: ['git'], finish: ['true'] } }
  ])('changes with $what of a Debian addition', async ({ other }) => {
    const git = debianAddition({ what: 'x', packages: ['git'] })
    expect(await layerKey(debianAddition({ what: 'x', ...other }))).not.toBe(await layerKey(git))
  })

  it('tells the Debian layer from an addition to it', async () => {
    expect(await layerKey(debianAddition({ what: 'debian', packages: [] }))).not.toBe(await layerKey(debianLayer))
  })
})

describe('imageKey', () => {
  const image = {
    name: 'x',
    reference: 'localhost/x:1',
    place: 'node',
    optional: false,
    layers: [recipe({ a: '1' }), recipe({ a: '2' })],
    config: { User: 'me' }
  } as const

  it.each([
    { what: 'the configuration', change: { config: { User: 'you' } } },
    { what: 'the reference', change: { reference: 'localhost/y:1' } },
    { what: 'a layer', change: { layers: [recipe({ a: '1' }), recipe({ a: '3' })] } },
    { what: 'the order of the layers', change: { layers: [recipe({ a: '2' }), recipe({ a: '1' })] } }
  ])('changes with $what', async ({ change }) => {
    expect(await imageKey({ ...image, ...change })).not.toBe(await imageKey(image))
  })

  it('stays the same when the image is only wanted or not', async () => {
    expect(await imageKey({ ...image, optional: true })).toBe(await imageKey(image))
  })
})
