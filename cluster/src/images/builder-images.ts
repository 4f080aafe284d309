import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { debianAddition, debianLayer } from './debian-layer.ts'
import { goProgramLayer } from './go-program-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'

/** Programs that build images in a pod. */
export function declareBuilderImages(
  sources: Pick<ImageSources, 'kanikoStandin' | 'buildkit'>
): readonly ImageDeclaration[] {
  return [
    {
      name: 'buildah',
      reference: 'localhost/buildah:1',
      place: 'node',
      optional: true,
      layers: [debianLayer, buildahLayer],
      config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'] }
    },
    declareBuildkit(sources),
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

/** As the project's own rootless image has it: the same user, folders and programs. */
function declareBuildkit({ buildkit }: Pick<ImageSources, 'buildkit'>): ImageDeclaration {
  const programs = goProgramLayer({
    what: 'buildkit',
    module: buildkit,
    path: '/usr/bin/',
    packages: 'tool',
    tags: 'osusergo,netgo',
    prepare: async root => {
      await mkdir(join(root, 'usr/bin'), { recursive: true })
    }
  })
  return {
    name: 'buildkit',
    reference: 'localhost/buildkit:1',
    place: 'node',
    optional: true,
    layers: [debianLayer, buildkitSystemLayer, programs],
    config: {
      User: '1000:1000',
      Entrypoint: ['rootlesskit', 'buildkitd'],
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HOME=/home/user',
        'USER=user',
        'XDG_RUNTIME_DIR=/run/user/1000'
      ]
    }
  }
}

/** Chroot isolation needs neither runc nor fuse; the overlay is the kernel's, on a volume. */
const buildahLayer = debianAddition({ what: 'buildah', packages: ['buildah', 'ca-certificates'] })

/**
 * Debian's newuidmap has the bit setuid, with which it cannot write the map of a user namespace unless it has CAP_SYS_ADMIN;
 * with capabilities of its own it can.
 */
const buildkitSystemLayer = debianAddition({
  what: 'buildkit-system',
  packages: ['rootlesskit', 'uidmap', 'runc', 'ca-certificates', 'libcap2-bin'],
  finish: [
    'useradd -R "$1" -u 1000 -U -m -s /bin/sh user',
    'echo user:100000:65536 | tee "$1/etc/subuid" > "$1/etc/subgid"',
    'chmod u-s "$1/usr/bin/newuidmap" "$1/usr/bin/newgidmap"',
    'chroot "$1" /sbin/setcap cap_setuid+ep /usr/bin/newuidmap',
    'chroot "$1" /sbin/setcap cap_setgid+ep /usr/bin/newgidmap',
    'mkdir -p "$1/run/user/1000" "$1/home/user/.local/share/buildkit"',
    'chown -R 1000:1000 "$1/run/user/1000" "$1/home/user"'
  ]
})
