import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { busyboxLayer } from './busybox-layer.ts'
import { debianAddition, debianLayer } from './debian-layer.ts'
import { fileLayer, fileStamp, placeFile } from './file-layer.ts'
import { goProgramLayer } from './go-program-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'
import type { LayerRecipe } from './layer-recipe.ts'
import { npmNodeLayer } from './npm-node-layer.ts'

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** What workflows and runners use: the runner, and base images under their names of Docker Hub. */
export function declareWorkImages(sources: ImageSources): readonly ImageDeclaration[] {
  const mirror = { place: 'mirror', optional: false } as const
  return [
    {
      name: 'debian',
      reference: 'docker.io/library/debian:bookworm-slim',
      ...mirror,
      layers: [debianLayer],
      config: { Env: [path], Cmd: ['bash'] }
    },
    {
      name: 'node',
      reference: 'docker.io/library/node:20-bookworm',
      ...mirror,
      layers: [debianLayer, nodeLayer(sources)],
      config: { Env: [path], Cmd: ['node'] }
    },
    {
      name: 'busybox',
      reference: 'docker.io/library/busybox:1.35',
      ...mirror,
      layers: [busyboxLayer],
      config: { Env: [path], Cmd: ['sh'] }
    },
    {
      name: 'runner',
      reference: 'localhost/runner:1',
      place: 'node',
      optional: false,
      layers: [debianLayer, runnerSystemLayer, runnerNodeLayer(sources)],
      config: { User: 'runner', WorkingDir: '/home/runner', Env: [path, 'HOME=/home/runner'] }
    },
    {
      name: 'runner-node24',
      reference: 'localhost/runner-node24:1',
      place: 'node',
      optional: true,
      layers: [debianLayer, runnerSystemLayer, runnerNodeLayer(sources), npmNodeLayer],
      config: { User: 'runner', WorkingDir: '/home/runner', Env: [path, 'HOME=/home/runner'] }
    },
    {
      name: 'static',
      reference: 'localhost/static:1',
      place: 'node',
      optional: true,
      layers: [goProgramLayer({ what: 'static', module: sources.static, path: '/static' })],
      config: { Entrypoint: ['/static'] }
    }
  ]
}

/** Users and groups as in the image of the real runner. */
const runnerSystemLayer = debianAddition({
  what: 'runner-system',
  packages: ['git', 'ca-certificates', 'curl', 'openssl', 'procps'],
  finish: [
    'groupadd -R "$1" -g 123 docker',
    'groupadd -R "$1" -g 1001 runner',
    'useradd -R "$1" -u 1001 -g 1001 -G docker -m -s /bin/bash runner'
  ]
})

function nodeLayer({ node }: ImageSources): LayerRecipe {
  return fileLayer({
    what: 'node',
    inputs: async () => ({ node: await fileStamp(node) }),
    fill: async root => await placeFile(root, node, '/usr/local/bin/node')
  })
}

/** The runner starts hooks and JavaScript actions with this node. */
function runnerNodeLayer({ node }: ImageSources): LayerRecipe {
  return fileLayer({
    what: 'runner-node',
    inputs: async () => ({ node: await fileStamp(node) }),
    part: { path: 'home/runner', owner: 1001 },
    fill: async root => {
      await placeFile(root, node, '/home/runner/externals/node20/bin/node')
      await mkdir(join(root, 'home/runner/_work'))
    }
  })
}
