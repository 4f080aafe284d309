import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { debianAddition, debianLayer } from './debian-layer.ts'
import { goProgramLayer } from './go-program-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'

/** Programs that build images in a pod. */
export function declareBuilderImages(sources: Pick<ImageSources, 'kanikoStandin'>): readonly ImageDeclaration[] {
  return [
    {
      name: 'buildah',
      reference: 'localhost/buildah:1',
      place: 'node',
      optional: true,
      layers: [debianLayer, buildahLayer],
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'] }
    },
    {
      name: 'kaniko-standin',
      reference: 'localhost/kaniko-standin:1',
      place: 'node',
      optional: true,
      layers: [
        goProgramLayer({
          what: 'kaniko-standin',
          module: sources.kanikoStandin,
          path: '/kaniko/executor',
          prepare: async root => {
            await mkdir(join(root, 'workspace'))
            for (const directory of ['kaniko', 'kaniko/.docker', 'kaniko/ssl/certs']) {
              await mkdir(join(root, directory), { recursive: true })
            }
            await chmod(join(root, 'kaniko'), 0o777)
          }
        })
      ],
      // The defaults of Kaniko's own image.
      config: {
        Entrypoint: ['/kaniko/executor'],
        WorkingDir: '/workspace',
        Env: [
          'HOME=/root',
          'USER=root',
          'PATH=/usr/local/bin:/kaniko',
          'SSL_CERT_DIR=/kaniko/ssl/certs',
          'DOCKER_CONFIG=/kaniko/.docker/'
        ]
      }
    }
  ]
}

/** Chroot isolation needs neither runc nor fuse; the overlay is the kernel's, on a volume. */
const buildahLayer = debianAddition({ what: 'buildah', packages: ['buildah', 'ca-certificates'] })
