import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { declareImages, selectImages } from '../../src/images/declare-images.ts'
import { imageSourcesOf } from '../../src/images/image-sources.ts'

const images = declareImages(imageSourcesOf(resolve(import.meta.dirname, '../..'), process.execPath))

describe('declareImages', () => {
  it('gives every image a name and a reference of its own', () => {
    expect(new Set(images.map(image => image.name)).size).toBe(images.length)
    expect(new Set(images.map(image => image.reference)).size).toBe(images.length)
  })

  it('has a tag in every reference: without one the kubelet would pull', () => {
    expect(images.filter(image => !/:[^/]+$/.test(image.reference))).toEqual([])
  })

  it('serves from the mirror only what belongs to docker.io', () => {
    const mirrored = images.filter(image => image.place === 'mirror').map(image => image.reference)
    expect(mirrored).toEqual([
      'docker.io/library/debian:bookworm-slim',
      'docker.io/library/node:20-bookworm',
      'docker.io/library/busybox:1.35'
    ])
  })
})

describe('selectImages', () => {
  const names = (need: readonly string[]): readonly string[] => selectImages(images, need).map(image => image.name)

  it('is the base set when nothing is asked for', () => {
    expect(names([])).toEqual(['pause', 'registry', 'debian', 'node', 'busybox', 'runner'])
  })

  it('adds what is asked for', () => {
    expect(names(['buildah', 'runner'])).toEqual([...names([]), 'buildah'])
  })

  it('names what does not exist and what does', () => {
    expect(() => names(['buildah', 'podman'])).toThrow(
      'There is no image podman; optional images are runner-node24, static, buildah, buildkit, kaniko-standin, network-policy.'
    )
  })
})
