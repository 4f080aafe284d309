import { describe, expect, it } from '@jest/globals'
import { baseImagesOf } from '../../src/action-image/base-images.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('baseImagesOf', () => {
  it.each([
    { dockerfile: 'FROM busybox:1.35', images: ['busybox:1.35'] },
    { dockerfile: 'FROM --platform=linux/amd64 busybox AS x\nFROM X', images: ['busybox'] },
    { dockerfile: 'ARG V=1.35\nARG BASE=busybox:${V}\nFROM $BASE', images: ['busybox:1.35'] },
    { dockerfile: 'FROM ${BASE:-busybox}', images: ['busybox'] },
    { dockerfile: 'FROM scratch\nCOPY x /', images: [] },
    { dockerfile: 'FROM b AS x\nCOPY --from=x /1 /\nCOPY --from=0 /2 /\nCOPY --from=a /3 /', images: ['a', 'b'] },
    {
      dockerfile: 'FROM b\nRUN --mount=type=bind,from=a,target=/x --mount=type=cache,target=/y true',
      images: ['a', 'b']
    },
    { dockerfile: 'FROM b\nFROM b', images: ['b'] },
    { dockerfile: `FROM ghcr.io/acme/b@${digest}`, images: [`ghcr.io/acme/b@${digest}`] },
    { dockerfile: 'FROM b\nRUN <<EOF\nFROM a\nEOF', images: ['b'] }
  ])('finds $images in $dockerfile', ({ dockerfile, images }) => {
    expect(baseImagesOf(dockerfile)).toEqual(images)
  })

  it.each([
    'FROM busybox-$TARGETARCH',
    'ARG BASE\nFROM $BASE',
    'ARG A=$B\nARG B=$A\nFROM $A',
    'FROM ${A-x}',
    'FROM b\nCOPY --from=$X /a /'
  ])('knows that only the builder knows the images of %j', dockerfile => {
    expect(baseImagesOf(dockerfile)).toBeUndefined()
  })
})
