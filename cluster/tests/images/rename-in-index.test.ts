import { describe, expect, it } from '@jest/globals'
import { renameInIndex } from '../../src/images/rename-in-index.ts'

const manifest = { digest: 'sha256:1', annotations: { 'org.opencontainers.image.ref.name': 'imported' } }

describe('renameInIndex', () => {
  it('replaces the name and keeps the rest', () => {
    const index = JSON.stringify({ schemaVersion: 2, manifests: [manifest] })
    expect(JSON.parse(renameInIndex(index, 'localhost/x:1'))).toEqual({
      schemaVersion: 2,
      manifests: [{ digest: 'sha256:1', annotations: { 'io.containerd.image.name': 'localhost/x:1' } }]
    })
  })

  it.each([
    { index: { manifests: [] }, count: 0 },
    { index: { manifests: [manifest, manifest] }, count: 2 },
    { index: {}, count: 0 },
    { index: [], count: 0 }
  ])('refuses an index with $count images', ({ index, count }) => {
    expect(() => renameInIndex(JSON.stringify(index), 'x')).toThrow(`the archive holds ${count}`)
  })
})
