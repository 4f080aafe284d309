import type { ImageEndpoint } from './registry-client.ts'
import { manifestTypes } from './manifest-types.ts'
import { RegistryError } from './registry-error.ts'

export interface ImageDescription {
  readonly layerCount: number
  /** What a node pulls: all layers as they are stored, and the configuration. */
  readonly bytes: number
}

/** Reads the manifest of one image. Throws RegistryError, also for an index of several platforms. */
export async function describeImage(
  { send, manifestUrl }: ImageEndpoint,
  digest: string,
  signal: AbortSignal
): Promise<ImageDescription> {
  const url = manifestUrl(digest)
  const { status, body } = await send({ method: 'GET', url, headers: { accept: manifestTypes }, signal })
  if (status !== 200)
    throw new RegistryError('status', `${url.host}${url.pathname} answers with status ${status}.`, { status })
  const layers = sizesIn(body, 'layers')
  if (layers === undefined) throw new RegistryError('status', `${url.host}${url.pathname} is no manifest of one image.`)
  const sizes = [...layers, ...(sizesIn(body, 'config') ?? [])]
  return { layerCount: layers.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/** Sizes of the descriptors under a key: https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
function sizesIn(body: string, key: string): readonly number[] | undefined {
  const descriptors = valueOf(parse(body), key)
  if (descriptors === undefined) return undefined
  const sizes = (Array.isArray(descriptors) ? descriptors : [descriptors]).map((item: unknown) => valueOf(item, 'size'))
  return sizes.every(size => typeof size === 'number') ? sizes : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function valueOf(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return new Map<string, unknown>(Object.entries(object)).get(key)
}
