import type { Host } from '../host/host.ts'

/** How one layer of an image is made. */
export interface LayerRecipe {
  /** Names the layer in the cache and in the progress lines. */
  readonly what: string
  /** The layer whose files must lie below this one while it is made. */
  readonly base?: LayerRecipe
  /** Everything the content depends on, without the base. */
  readonly inputs: () => Promise<Readonly<Record<string, string>>>
  readonly write: (job: LayerJob) => Promise<void>
}

export interface LayerJob {
  readonly host: Host
  /** The uncompressed tar to write. */
  readonly tar: string
  /** An empty directory for intermediate files; deleted afterwards. */
  readonly scratch: string
  /** The uncompressed tar of the base, when the recipe has one. */
  readonly baseTar: string | undefined
  readonly detail: (text: string) => void
}
