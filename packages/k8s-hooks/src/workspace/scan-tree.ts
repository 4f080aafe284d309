import { readdirSync, unlinkSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { bytesOf, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { isDraftName } from './file-draft.ts'
import { lookAt } from './look-at.ts'
import { isActionFile, isExcluded, isInSubtree, leadsToSubtree, type SyncScope } from './sync-scope.ts'
import { kindOf } from './tree-entry.ts'

export interface ScanRequest {
  /** Absolute. */
  readonly root: BytePath
  readonly scope: SyncScope
  /** Called for every file, directory and link in scope, parents first. */
  readonly visit: (path: BytePath, stats: Stats) => void
  readonly warn: (line: string) => void
}

/** Things looked at between two pauses in which timers and streams have their turn. */
const looksPerTurn = 500

/** Lists a tree without following links and without entering mounts of other file systems. Drafts that a killed sync left are removed. */
export async function scanTree(request: ScanRequest): Promise<void> {
  const { root, scope, visit, warn } = request
  const start = lookAt(root)
  const device = typeof start === 'object' ? start.dev : undefined
  let looks = 0

  const walk = async (directory: BytePath, names: readonly BytePath[], listsAll: boolean): Promise<void> => {
    for (const name of names) {
      const path = joinBytePath(directory, name)
      if (++looks % looksPerTurn === 0) await setImmediate()
      const stats = findIn(request, path)
      if (stats === undefined) continue
      const isListed = listsAll || isInSubtree(path, scope)
      if (stats.isDirectory()) await enter(path, stats, isListed)
      else if (isListed) visit(path, stats)
    }
  }
  const enter = async (path: BytePath, stats: Stats, isListed: boolean): Promise<void> => {
    if (!isListed && !leadsToSubtree(path, scope)) return
    const names = stats.dev === device ? namesIn(joinBytePath(root, path), warn) : []
    const listsAll = isListed || (scope.actionDirectories && names.some(isActionFile))
    if (listsAll) visit(path, stats)
    await walk(path, names, listsAll)
  }

  await walk('', namesIn(root, warn), isInSubtree('', scope))
}

/** What stands at `path`, unless it takes no part in a sync. */
function findIn({ root, scope }: ScanRequest, path: BytePath): Stats | undefined {
  if (isExcluded(path, scope)) return undefined
  const absolute = joinBytePath(root, path)
  if (isDraftName(path)) {
    unlinkSync(bytesOf(absolute))
    return undefined
  }
  const stats = lookAt(absolute)
  return typeof stats === 'string' || kindOf(stats) === undefined ? undefined : stats
}

function namesIn(absolute: BytePath, warn: (line: string) => void): readonly BytePath[] {
  try {
    return readdirSync(bytesOf(absolute), 'latin1')
  } catch (error) {
    const code = errorCodeOf(error)
    if (code === 'EACCES') warn(`${readableOf(absolute)} cannot be read; what is in it is left as it is.`)
    else if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    return []
  }
}
