import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { buildahPodTemplate } from '../../src/builder/buildah-pod-template.ts'
import type { BuilderKind } from '../../src/builder/builder-kind.ts'
import { buildkitPodTemplate } from '../../src/builder/buildkit-pod-template.ts'
import { kanikoPodTemplate } from '../../src/builder/kaniko-pod-template.ts'
import {
  buildahCacheArguments,
  kanikoCacheArguments,
  type LayerCache,
  layerCacheOf
} from '../../src/builder/layer-cache.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest } from './build-request.ts'

const layers = { cache: { kind: 'layers', maxAgeSeconds: 60 } } as const
const cache = layerCacheOf(layers, registrySettings(), 'octo/demo')

describe('layerCacheOf', () => {
  it('keeps layers in a repository of the scope', () => {
    expect(cache).toEqual({ repository: 'registry.test:5000/k8s-hooks-layers/octo/demo', maxAgeSeconds: 60 })
  })

  it.each([
    { title: 'nothing is asked for', builder: {}, scope: 'octo/demo' },
    { title: 'whole images are kept', builder: { cache: { kind: 'images', maxAgeSeconds: 60 } }, scope: 'octo/demo' },
    { title: 'the scope is unknown', builder: layers, scope: undefined }
  ] as const)('keeps none where $title', ({ builder, scope }) => {
    expect(layerCacheOf(builder, registrySettings(), scope)).toBeUndefined()
  })
})

describe('arguments', () => {
  it('are those of Kaniko', () => {
    expect(kanikoCacheArguments(cache)).toEqual([
      '--cache=true',
      '--cache-copy-layers=true',
      '--cache-repo=registry.test:5000/k8s-hooks-layers/octo/demo',
      '--cache-ttl=60s'
    ])
  })

  it('are those of Buildah', () => {
    const repository = 'registry.test:5000/k8s-hooks-layers/octo/demo'
    expect(buildahCacheArguments(cache)).toEqual([
      ...['--layers', '--cache-from', repository],
      ...['--cache-to', repository, '--cache-ttl', '60s']
    ])
  })

  it('are none without a cache', () => {
    expect([...kanikoCacheArguments(undefined), ...buildahCacheArguments(undefined)]).toEqual([])
  })
})

describe('pods of builders', () => {
  const build = (podTemplate: BuilderKind['podTemplate'], layerCache: LayerCache | undefined): V1Container => {
    const options = {
      builderImage: 'builder:1',
      runnerImage: 'runner:1',
      registry: registrySettings(),
      baseImageSecretName: undefined,
      layerCache
    }
    const { spec } = podTemplate(buildRequest(), options)
    const found = spec?.containers.find(({ name }) => name === 'build')
    if (found === undefined) throw new Error('no container')
    return found
  }

  it('get the arguments and switches of Kaniko only with a cache', () => {
    const { args, env } = build(kanikoPodTemplate, cache)
    expect(args).toEqual(expect.arrayContaining([...kanikoCacheArguments(cache)]))
    expect(env).toContainEqual({ name: 'FF_KANIKO_HASH_DIR_FRAMING', value: 'true' })
    const without = JSON.stringify(build(kanikoPodTemplate, undefined))
    expect(without).not.toMatch(/--cache=|--cache-repo|FF_KANIKO_HASH_DIR_FRAMING/)
  })

  it('tell BuildKit a tag for the layers of one Dockerfile, and their age, only with a cache', () => {
    expect(build(buildkitPodTemplate, cache).command?.slice(3, 6)).toEqual([
      'sh',
      'registry.test:5000/k8s-hooks-layers/octo/demo:0123456789abcdef',
      '60'
    ])
    expect(build(buildkitPodTemplate, undefined).command?.slice(3, 6)).toEqual(['sh', '', '1'])
  })

  it('get the arguments of Buildah only with a cache', () => {
    expect(build(buildahPodTemplate, cache).command?.slice(-7)).toEqual(buildahCacheArguments(cache))
    expect(build(buildahPodTemplate, undefined).command).not.toContain('--layers')
  })
})
