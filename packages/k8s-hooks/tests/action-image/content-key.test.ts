import { describe, expect, it } from '@jest/globals'
import { contentKey } from '../../src/action-image/content-key.ts'

const context = { sha256: 'a'.repeat(64) }
const builder = { kind: 'kaniko', image: 'kaniko:1' } as const

describe('contentKey', () => {
  it('is the same for the same build', () => {
    expect(contentKey(context, 'Dockerfile', builder)).toBe(contentKey({ ...context }, 'Dockerfile', { ...builder }))
  })

  it.each([
    { title: 'content', key: contentKey({ sha256: 'b'.repeat(64) }, 'Dockerfile', builder) },
    { title: 'Dockerfile', key: contentKey(context, 'Dockerfile.prod', builder) },
    { title: 'builder', key: contentKey(context, 'Dockerfile', { ...builder, kind: 'buildah' }) },
    { title: "builder's image", key: contentKey(context, 'Dockerfile', { ...builder, image: 'kaniko:2' }) }
  ])('differs with the $title', ({ key }) => {
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(key).not.toBe(contentKey(context, 'Dockerfile', builder))
  })
})
