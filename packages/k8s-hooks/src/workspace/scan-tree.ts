import { readdirSync, unlinkSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { fsPathOf, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { isDraftName } from './file-draft.ts'
import { lookAt } from './look-at.ts'
import { isActionFile, isInSubtree, leadsToSubtree, type SyncScope } from './sync-scope.ts'
import { kindOf, type EntryKind } from './tree-entry.ts'

export interface ScanRequest {
  /** Absolute. */
  readonly root: BytePath
  readonly scope: SyncScope
  /** Called for every file, directory and link in scope, parents first. */
  readonly visit: (path: BytePath, kind: EntryKind, stats: Stats) => void
  readonly warn: (line: string) => void
}

/** Things looked at between two pauses in which timers and streams have their turn. */
const looksPerTurn = 500

/** Lists a tree without following links and without entering mounts of other file systems. Drafts that a killed sync left are removed. */
export async function scanTree({ root, scope, visit, warn }: ScanRequest): Promise<void> {
  const start = lookAt(root)
  const device = typeof start === 'object' ? start.dev : undefined
  const excluded = new Set(scope.excluded)
  let looks = 0

  const walk = async (directory: BytePath, names: readonly BytePath[], listsAll: boolean): Promise<void> => {
    for (const name of names) {
      const path = joinBytePath(directory, name)
      if (excluded.has(path)) continue
      if (++looks % looksPerTurn === 0) await setImmediate()
      const stats = findAt(joinBytePath(root, path), name)
      const kind = stats === undefined ? undefined : kindOf(stats)
      if (stats === undefined || kind === undefined) continue
      const isListed = listsAll || isInSubtree(path, scope)
      if (kind === 'directory') await enter(path, stats, isListed)
      else if (isListed) visit(path, kind, stats)
    }
  }
  const enter = async (path: BytePath, stats: Stats, isListed: boolean): Promise<void> => {
    if (!isListed && !leadsToSubtree(path, scope)) return
    const names = stats.dev === device ? namesIn(joinBytePath(root, path), warn) : []
    const listsAll = isListed || (scope.actionDirectories && names.some(isActionFile))
    if (listsAll) visit(path, 'directory', stats)
    await walk(path, names, listsAll)
  }

  await walk('', namesIn(root, warn), isInSubtree('', scope))
}

function findAt(absolute: BytePath, name: BytePath): Stats | undefined {
  if (isDraftName(name)) {
    unlinkSync(fsPathOf(absolute))
    return undefined
  }
  const stats = lookAt(absolute)
  return typeof stats === 'string' ? undefined : stats
}

function namesIn(absolute: BytePath, warn: (line: string) => void): readonly BytePath[] {
  try {
    return readdirSync(fsPathOf(absolute), 'latin1')
  } catch (error) {
    const code = errorCodeOf(error)
    if (code === 'EACCES') warn(`${readableOf(absolute)} cannot be read; what is in it is left as it is.`)
    else if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    return []
  }
}
