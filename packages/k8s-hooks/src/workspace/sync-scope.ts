import { isWithin, nameOf, toBytePath, type BytePath } from './byte-path.ts'

/** Which part of a tree takes part in a sync. */
export interface SyncScope {
  /** Only what lies in these subtrees; [''] is everything. */
  readonly subtrees: readonly BytePath[]
  readonly excluded: readonly BytePath[]
  /** Beside the subtrees, every directory that holds an action or a Dockerfile, with all that is in it. */
  readonly actionDirectories: boolean
}

/** How much of what changed in the pod is wanted on the runner (the SYNC setting). */
export type PullExtent = 'full' | 'actions' | 'off'

const fileCommands = '_temp/_runner_file_commands'

/** The runner reads and writes these itself; a pod must neither see nor touch them. */
const never = ['_temp/_runner_hook_responses', ...externalsNames()]

/** Used by steps only, which run in the pod; the runner's own copies must stay as the runner made them. */
const neverPulled = [...never, '_actions', '_tool', '_tasks', '_update', '_update.sh', '_PipelineMapping']

export const pushScope = (subtrees: readonly string[] = ['']): SyncScope => ({
  subtrees: subtrees.map(toBytePath),
  excluded: never,
  actionDirectories: false
})

export interface PullParts {
  readonly subtrees?: readonly string[] | undefined
  /** Left in the pod until a later pull takes them; not counted as deleted meanwhile. */
  readonly except?: readonly string[] | undefined
}

export const pullScope = (extent: PullExtent, { subtrees = [''], except = [] }: PullParts = {}): SyncScope => ({
  subtrees: extent === 'full' ? subtrees.map(toBytePath) : [fileCommands],
  excluded: [...neverPulled, ...except.map(toBytePath)],
  actionDirectories: extent === 'actions'
})

const isExcluded = (path: BytePath, { excluded }: SyncScope): boolean => excluded.some(root => isWithin(path, root))

export const isInSubtree = (path: BytePath, { subtrees }: SyncScope): boolean =>
  subtrees.some(root => isWithin(path, root))

/** Whether something that takes part may lie below `path`. */
export const leadsToSubtree = (path: BytePath, { subtrees, actionDirectories }: SyncScope): boolean =>
  actionDirectories || subtrees.some(root => isWithin(root, path))

/** Whether the path may take part: what a receiver accepts. */
export const isInScope = (path: BytePath, scope: SyncScope): boolean =>
  !isExcluded(path, scope) && (scope.actionDirectories || isInSubtree(path, scope))

/** Files that make a directory one that the runner needs: contract 1.4 (a Dockerfile is known by its name) and 3. */
export const isActionFile = (name: BytePath): boolean =>
  /^(action\.ya?ml|dockerfile\..*|.*dockerfile)$/i.test(nameOf(name))

function externalsNames(): readonly BytePath[] {
  // Only the runner's Node versions: a repository of that name has its workspace in externals/externals.
  return ['node12', 'node16', 'node20', 'node24'].flatMap(name => [`externals/${name}`, `externals/${name}_alpine`])
}
