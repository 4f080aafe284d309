import { contentKey } from '../support/content-key.ts'
import { layerKey } from './ensure-layer.ts'
import type { LayerRecipe } from './layer-recipe.ts'

/** One image of the cluster. */
export interface ImageDeclaration {
  /** The name for `up --need`. */
  readonly name: string
  readonly reference: string
  /** `node`: imported into the node's containerd. `mirror`: served by the cluster's registry as the image of docker.io. */
  readonly place: 'node' | 'mirror'
  /** Built only when asked for. */
  readonly optional: boolean
  readonly layers: readonly LayerRecipe[]
  readonly config: ImageConfig
}

/** Defaults of the containers, as in the OCI image configuration. */
interface ImageConfig {
  readonly User?: string
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
}

/** Changes whenever the image would. */
export async function imageKey({ reference, layers, config }: ImageDeclaration): Promise<string> {
  const keys = await Promise.all(layers.map(layerKey))
  return contentKey({ reference, config: JSON.stringify(config), layers: keys.join(' ') })
}
