import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { describeImage } from '../../src/images/write-image-layout.ts'

const layers = [
  { digest: 'a'.repeat(64), diffId: 'b'.repeat(64), sizeBytes: 10 },
  { digest: 'c'.repeat(64), diffId: 'd'.repeat(64), sizeBytes: 20 }
]
const image = { reference: 'docker.io/library/thing:1.2', config: { User: 'me', Cmd: ['sh'] } }

describe('describeImage', () => {
  const { documents, index } = describeImage(image, layers)
  const [config, manifest] = [...documents.values()].map(text => JSON.parse(text) as unknown)

  it('names each document by its digest', () => {
    for (const [digest, text] of documents) expect(createHash('sha256').update(text).digest('hex')).toBe(digest)
  })

  it('puts the defaults and the uncompressed layers into the configuration', () => {
    expect(config).toMatchObject({
      os: 'linux',
      config: { User: 'me', Cmd: ['sh'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${'b'.repeat(64)}`, `sha256:${'d'.repeat(64)}`] }
    })
  })

  it('puts the configuration and the compressed layers into the manifest, in order', () => {
    const [configDigest = '', ...rest] = documents.keys()
    expect(rest).toHaveLength(1)
    expect(manifest).toMatchObject({
      schemaVersion: 2,
      config: { digest: `sha256:${configDigest}`, size: documents.get(configDigest)?.length },
      layers: [
        { digest: `sha256:${'a'.repeat(64)}`, size: 10 },
        { digest: `sha256:${'c'.repeat(64)}`, size: 20 }
      ]
    })
  })

  it('names the image for containerd in full and by its tag for others', () => {
    expect(JSON.parse(index)).toMatchObject({
      manifests: [
        {
          digest: `sha256:${[...documents.keys()][1] ?? ''}`,
          annotations: {
            'io.containerd.image.name': 'docker.io/library/thing:1.2',
            'org.opencontainers.image.ref.name': '1.2'
          }
        }
      ]
    })
  })
})
