import type { ContainerArgs } from '../hook/hook-args.ts'
import type { PathMap } from '../hook/path-map.ts'

export interface JobContainer {
  readonly args: ContainerArgs
  readonly paths: PathMap
}

export interface ServiceContainer {
  /** Key in `services:`; the hook is never told (1.3). */
  readonly alias: string
  readonly args: ContainerArgs
}
