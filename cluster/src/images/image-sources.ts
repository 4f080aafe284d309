import { resolve } from 'node:path'

/** Files of this checkout and of this machine that images are made from. Needed only while they are built. */
export interface ImageSources {
  readonly pause: string
  readonly static: string
  /** Go module of the stand-in for Kaniko's executor. */
  readonly kanikoStandin: string
  /** Go module that names BuildKit's programs as tools. */
  readonly buildkit: string
  /** Go module of what enforces network policies. */
  readonly networkPolicy: string
  /** The node that runs this program. */
  readonly node: string
}

export function imageSourcesOf(clusterPackage: string, node: string): ImageSources {
  return {
    pause: resolve(clusterPackage, 'images/pause.c'),
    static: resolve(clusterPackage, 'images/static'),
    kanikoStandin: resolve(clusterPackage, '../e2e/standin'),
    buildkit: resolve(clusterPackage, 'images/buildkit'),
    networkPolicy: resolve(clusterPackage, 'images/network-policy'),
    node
  }
}
