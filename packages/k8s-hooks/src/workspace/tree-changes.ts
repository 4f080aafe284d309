import { joinBytePath, parentOf, type BytePath } from './byte-path.ts'
import { isDirectory, lookAt } from './look-at.ts'
import { scanTree, type ScanRequest } from './scan-tree.ts'
import { isInScope } from './sync-scope.ts'
import { signatureOf, type EntryKind } from './tree-entry.ts'

export interface ChangedPath {
  readonly path: BytePath
  /** What it was when the tree was listed. */
  readonly kind: EntryKind
}

export interface TreeChanges {
  /** New or different since the baseline; parents first. */
  readonly changed: readonly ChangedPath[]
  /** In the baseline and gone; children first. */
  readonly deleted: readonly BytePath[]
}

/** Compares the tree with what the baseline says of it. Files are not read. */
export async function findChanges(
  tree: Omit<ScanRequest, 'visit'>,
  baseline: ReadonlyMap<BytePath, string>
): Promise<TreeChanges> {
  const changed: ChangedPath[] = []
  const unseen = new Set(baseline.keys())
  await scanTree({
    ...tree,
    visit: (path, kind, stats) => {
      const known = baseline.get(path)
      if (known !== undefined) unseen.delete(path)
      if (known === undefined || known !== signatureOf(stats, { settled: true })) changed.push({ path, kind })
    }
  })
  return { changed, deleted: goneOf(unseen, tree) }
}

/**
 * Which of the paths that the scan did not meet are really gone. Others are only out of sight: in a directory that cannot be read,
 * in another file system, or in one that holds no action any more.
 */
function goneOf(unseen: ReadonlySet<BytePath>, { root, scope }: Omit<ScanRequest, 'visit'>): readonly BytePath[] {
  const known = new Map<BytePath, boolean>([['', true]])
  const isReal = (directory: BytePath): boolean => {
    const before = known.get(directory)
    if (before !== undefined) return before
    const found = isReal(parentOf(directory)) && isDirectory(lookAt(joinBytePath(root, directory)))
    known.set(directory, found)
    return found
  }
  return [...unseen]
    .filter(path => isInScope(path, scope))
    .filter(path => !isReal(parentOf(path)) || lookAt(joinBytePath(root, path)) === 'absent')
    .sort()
    .reverse()
}
