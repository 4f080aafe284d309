import type { Cache } from '../cache/ensure-cache-entry.ts'
import { type Cluster, runInside } from '../cluster.ts'
import { addresses } from '../cluster-layout.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { deliverImage, importIntoNode, isDelivered } from '../images/node-images.ts'
import { poll } from '../support/poll.ts'

/** Each part may be called more than once and does only what is missing. */
export interface ImageDelivery {
  readonly toNode: () => Promise<void>
  readonly toMirror: () => Promise<void>
}

export async function prepareDelivery(
  cluster: Cluster,
  cache: Cache,
  images: readonly ImageDeclaration[]
): Promise<ImageDelivery> {
  const { host, layout } = cluster
  const deliver = async (place: ImageDeclaration['place'], send: Send): Promise<void> => {
    for (const image of images) {
      if (image.place !== place || (await isDelivered(layout, image))) continue
      await deliverImage({ host, cache }, layout, image, async directory => await send(image, directory))
    }
  }
  return await Promise.resolve({
    toNode: async () => await deliver('node', async (_, directory) => await importIntoNode(host, layout, directory)),
    toMirror: async () =>
      await deliver('mirror', async (image, directory) => await pushToMirror(cluster, image, directory))
  })
}

type Send = (image: ImageDeclaration, directory: string) => Promise<void>

async function pushToMirror(cluster: Cluster, { reference }: ImageDeclaration, directory: string): Promise<void> {
  const host = `127.0.0.1:${addresses.registryNodePort}`
  // kube-proxy learns of the pod some time after it is Ready.
  const answers = async (): Promise<true | undefined> =>
    await runInside(cluster, ['curl', '-fsS', '-o', '/dev/null', '-m', '2', `http://${host}/v2/`]).then(
      () => true as const,
      () => undefined
    )
  await poll(answers, {
    signal: cluster.host.signal,
    intervalMs: 100,
    timeoutMs: 60_000,
    what: 'An answer of the registry'
  })
  const target = reference.replace(/^docker\.io\//, `docker://${host}/dockerhub/`)
  await runInside(cluster, [
    'skopeo',
    '--insecure-policy',
    'copy',
    '-q',
    '--dest-tls-verify=false',
    `oci:${directory}`,
    target
  ])
}
