import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClusterLayout } from '../cluster-layout.ts'
import type { Host } from '../host/host.ts'
import { ensureLayer, type LayerDeps } from './ensure-layer.ts'
import { type ImageDeclaration, imageKey } from './image-declaration.ts'
import { writeImageLayout } from './write-image-layout.ts'

/** Whether the cluster has exactly this image. Asks a note that was left when it was delivered. */
export async function isDelivered(layout: ClusterLayout, image: ImageDeclaration): Promise<boolean> {
  return (await readFile(noteOf(layout, image), 'utf8').catch(() => '')) === (await imageKey(image))
}

/** Writes the image as an OCI layout, hands it to `deliver` and leaves a note. */
export async function deliverImage(
  deps: LayerDeps,
  layout: ClusterLayout,
  image: ImageDeclaration,
  deliver: (directory: string) => Promise<void>
): Promise<void> {
  const layers = []
  for (const recipe of image.layers) layers.push(await ensureLayer(deps, recipe))
  const directory = join(layout.run, `image-${image.name}`)
  await rm(directory, { recursive: true, force: true })
  try {
    await writeImageLayout(directory, image, layers)
    await deps.host.progress.stage(`image ${image.reference} delivered`, async () => await deliver(directory))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  await mkdir(join(layout.stateDir, 'images'), { recursive: true })
  await writeFile(noteOf(layout, image), await imageKey(image))
}

/** Imports the OCI layout in `directory` into the node's containerd under the name that it carries. */
export async function importIntoNode(
  { run }: Pick<Host, 'run'>,
  layout: ClusterLayout,
  directory: string
): Promise<void> {
  const pipe = 'tar -C "$0" -cf - oci-layout index.json blobs | ctr -a "$1" -n k8s.io images import -'
  await run('sh', ['-ec', pipe, directory, layout.containerdSocket])
}

function noteOf({ stateDir }: ClusterLayout, { name }: ImageDeclaration): string {
  return join(stateDir, 'images', name)
}
