import { join } from 'node:path'
import { emptyBaseline, readBaseline, writeBaseline, type Baseline } from './baseline.ts'
import type { TreeEntry } from './tree-entry.ts'

/** Without an agent the runner keeps both baselines: its own, and the pod's by content. The id stands in the pod itself (`podIdFile`). */
export interface TarBaselines {
  readonly runner: Baseline
  readonly pod: Baseline
}

export interface TarStatePlace {
  readonly stateDir: string
  readonly baselineName: string
}

/** The baselines for the pod of that id; empty ones when it is another pod than the last time. */
export function readTarBaselines(place: TarStatePlace, podId: string): TarBaselines {
  const runner = readBaseline(fileOf(place, 'runner'))
  const pod = readBaseline(fileOf(place, 'pod'))
  if (runner?.id === podId && pod?.id === podId) return { runner, pod }
  return { runner: emptyBaseline(podId), pod: emptyBaseline(podId) }
}

/** The id of the last pod, "" when there was none. */
export const lastPodId = (place: TarStatePlace): string => readBaseline(fileOf(place, 'runner'))?.id ?? ''

export function writeTarBaselines(place: TarStatePlace, { runner, pod }: TarBaselines): void {
  writeBaseline(fileOf(place, 'runner'), runner)
  writeBaseline(fileOf(place, 'pod'), pod)
}

/** Where the first push leaves the pod's id: another pod of the same name has another one. */
export const podIdFile = (place: { readonly podStateDir: string; readonly baselineName: string }): string =>
  `${place.podStateDir}/${place.baselineName}.id`

const fileOf = ({ stateDir, baselineName }: TarStatePlace, end: 'runner' | 'pod'): string =>
  join(stateDir, `${baselineName}.tar-${end}.baseline`)

/** What has to stay the same in the pod for an entry of its archive to count as unchanged. Times do not count: tar rounds them. */
export const contentSignature = ({ kind, mode, target }: TreeEntry, sha256: Buffer | undefined): string =>
  kind === 'link' ? `l ${target}` : `${kind} ${mode.toString(8)} ${sha256?.toString('hex') ?? ''}`
