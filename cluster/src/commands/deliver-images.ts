import type { Cache } from '../cache/ensure-cache-entry.ts'
import { type Cluster, runInside } from '../cluster.ts'
import { addresses, type ClusterLayout } from '../cluster-layout.ts'
import { ensureLayer, type LayerDeps } from '../images/ensure-layer.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { deliverImage, importIntoNode, isDelivered } from '../images/node-images.ts'
import { poll } from '../support/poll.ts'

/** The images that the cluster does not have, or has from other inputs. */
export async function findMissing(
  layout: ClusterLayout,
  images: readonly ImageDeclaration[]
): Promise<readonly ImageDeclaration[]> {
  const missing: ImageDeclaration[] = []
  for (const image of images) if (!(await isDelivered(layout, image))) missing.push(image)
  return missing
}

/** Makes every layer of the images. One after the other: most of them lie on the first. */
export async function ensureLayers(deps: LayerDeps, images: readonly ImageDeclaration[]): Promise<void> {
  for (const layer of new Set(images.flatMap(image => image.layers))) await ensureLayer(deps, layer)
}

export async function sendToNode(cluster: Cluster, cache: Cache, images: readonly ImageDeclaration[]): Promise<void> {
  const { host, layout } = cluster
  for (const image of images.filter(({ place }) => place === 'node')) {
    await deliverImage({ host, cache }, layout, image, async directory => await importIntoNode(host, layout, directory))
  }
}

export async function sendToMirror(cluster: Cluster, cache: Cache, images: readonly ImageDeclaration[]): Promise<void> {
  const { host, layout } = cluster
  const registry = `127.0.0.1:${addresses.registryNodePort}`
  // kube-proxy learns of the pod some time after it is Ready.
  const answers = async (): Promise<true | undefined> =>
    await runInside(cluster, ['curl', '-fsS', '-o', '/dev/null', '-m', '2', `http://${registry}/v2/`]).then(
      () => true as const,
      () => undefined
    )
  await poll(answers, { signal: host.signal, intervalMs: 100, timeoutMs: 60_000, what: 'An answer of the registry' })
  for (const image of images.filter(({ place }) => place === 'mirror')) {
    const target = image.reference.replace(/^docker\.io\//, `docker://${registry}/dockerhub/`)
    const copy = ['skopeo', '--insecure-policy', 'copy', '-q', '--dest-tls-verify=false']
    await deliverImage({ host, cache }, layout, image, async directory => {
      await runInside(cluster, [...copy, `oci:${directory}`, target])
    })
  }
}
