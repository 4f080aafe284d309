import { hash } from 'node:crypto'
import { closeSync, fstatSync, readFileSync } from 'node:fs'
import type { BytePath } from './byte-path.ts'
import type { CarriedFiles } from './carried-files.ts'
import { openForReading, type OpenOptions } from './open-file.ts'
import { isSameContent, settlesInMs, signatureOf } from './tree-entry.ts'

/** What a step has brought with it, as the agent hears it later: the contents are there. */
export interface CarriedList {
  readonly files: readonly (readonly [path: BytePath, size: number, sha256: string])[]
  readonly removed: readonly BytePath[]
}

export const carriedListOf = ({ files, removed }: CarriedFiles): CarriedList => ({
  files: files.map(({ path, size, sha256 }) => [path, size, sha256]),
  removed
})

/** Writes into the pod's baseline what the runner's says since the step began. What the step has changed meanwhile counts as changed. */
export function rememberCarried(
  { files, removed }: CarriedList,
  baseline: Map<BytePath, string>,
  tree: OpenOptions
): void {
  for (const file of files) baseline.set(file[0], signatureIfSame(file, tree))
  for (const path of removed) baseline.delete(path)
}

/** That of no file. */
const changed = ''

function signatureIfSame([path, size, sha256]: CarriedList['files'][number], tree: OpenOptions): string {
  const descriptor = openForReading(path, tree)
  if (descriptor === undefined) return changed
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size !== size) return changed
    const isSame = hash('sha256', readFileSync(descriptor)) === sha256 && isSameContent(stats, fstatSync(descriptor))
    return isSame ? signatureOf(stats, { settled: settlesInMs(stats, Date.now()) === 0 }) : changed
  } finally {
    closeSync(descriptor)
  }
}
