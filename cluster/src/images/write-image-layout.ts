import { createHash } from 'node:crypto'
import { constants, copyFile, link, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layer } from './ensure-layer.ts'
import type { ImageDeclaration } from './image-declaration.ts'

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip'
} as const

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

export type LayoutImage = Pick<ImageDeclaration, 'reference' | 'config'>

/** Writes an OCI image layout of one image into `directory`. The layers are linked, not copied, where the file system allows it. */
export async function writeImageLayout(directory: string, image: LayoutImage, layers: readonly Layer[]): Promise<void> {
  const blobs = join(directory, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  for (const layer of layers) await linkOrCopy(layer.blob, join(blobs, layer.digest))
  const { documents, index } = describeImage(image, layers)
  for (const [digest, text] of documents) await writeFile(join(blobs, digest), text)
  await writeFile(join(directory, 'index.json'), index)
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

/** Configuration and manifest of an image (digest in hex → text), and the index that names it. */
export function describeImage(
  image: LayoutImage,
  layers: readonly Pick<Layer, 'digest' | 'diffId' | 'sizeBytes'>[]
): { readonly documents: ReadonlyMap<string, string>; readonly index: string } {
  const config = document(mediaTypes.config, {
    architecture: 'amd64',
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map(layer => `sha256:${layer.diffId}`) },
    history: layers.map(() => ({ created_by: 'k8s-hooks embedded cluster' }))
  })
  const manifest = document(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: config.descriptor,
    layers: layers.map(({ digest, sizeBytes }) => ({
      mediaType: mediaTypes.layer,
      digest: `sha256:${digest}`,
      size: sizeBytes
    }))
  })
  const annotations = {
    // The name under which containerd knows the image; without it the kubelet does not find it.
    'io.containerd.image.name': image.reference,
    'org.opencontainers.image.ref.name': image.reference.slice(image.reference.lastIndexOf(':') + 1)
  }
  return {
    documents: new Map(
      [config, manifest].map(({ descriptor, text }) => [descriptor.digest.slice('sha256:'.length), text])
    ),
    index: JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest.descriptor, annotations }] })
  }
}

function document(mediaType: string, content: object): { readonly descriptor: Descriptor; readonly text: string } {
  const text = JSON.stringify(content)
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
  return { descriptor: { mediaType, digest, size: Buffer.byteLength(text) }, text }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  await link(source, target).catch(async () => await copyFile(source, target, constants.COPYFILE_EXCL))
}
