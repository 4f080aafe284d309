import { declareBuilderImages } from './builder-images.ts'
import { declareClusterImages } from './cluster-images.ts'
import type { ImageDeclaration } from './image-declaration.ts'
import type { ImageSources } from './image-sources.ts'
import { networkPolicyImage } from './network-policy-image.ts'
import { declareWorkImages } from './work-images.ts'

/** Every image there is. The base set is what is not optional. */
export function declareImages(sources: ImageSources): readonly ImageDeclaration[] {
  return [
    ...declareClusterImages(sources),
    ...declareWorkImages(sources),
    ...declareBuilderImages(sources),
    networkPolicyImage(sources)
  ]
}

/**
 * The base set and the optional images asked for.
 * @throws Error when there is no image of that name
 */
export function selectImages(
  images: readonly ImageDeclaration[],
  need: readonly string[]
): readonly ImageDeclaration[] {
  const unknown = need.filter(name => !images.some(image => image.name === name))
  if (unknown.length > 0) {
    const optional = images.filter(image => image.optional).map(image => image.name)
    throw new Error(`There is no image ${unknown.join(', ')}; optional images are ${optional.join(', ')}.`)
  }
  return images.filter(image => !image.optional || need.includes(image.name))
}
