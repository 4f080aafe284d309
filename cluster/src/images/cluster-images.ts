import { join } from 'node:path'
import { fileDigest } from '../support/content-key.ts'
import { fileLayer, fileStamp, placePrograms } from './file-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'

const registryProgram = '/usr/bin/docker-registry'

/** What the cluster itself runs. */
export function declareClusterImages(sources: Pick<ImageSources, 'pause'>): readonly ImageDeclaration[] {
  const pause = fileLayer({
    what: 'pause',
    inputs: async () => ({ source: await fileDigest(sources.pause) }),
    fill: async (root, { host }) => {
      await host.run('gcc', ['-Os', '-static', '-s', '-o', join(root, 'pause'), sources.pause])
    }
  })
  const registry = fileLayer({
    what: 'registry',
    inputs: async () => ({ program: await fileStamp(registryProgram) }),
    fill: async (root, job) => await placePrograms(job, root, [registryProgram])
  })
  return [
    {
      name: 'pause',
      reference: 'registry.k8s.io/pause:3.9',
      place: 'node',
      optional: false,
      layers: [pause],
      config: { Entrypoint: ['/pause'] }
    },
    {
      name: 'registry',
      reference: 'localhost/registry:2',
      place: 'node',
      optional: false,
      layers: [registry],
      config: { Entrypoint: [registryProgram] }
    }
  ]
}
