import { createBaselineFile } from './baseline-file.ts'
import type { CarriedFiles } from './carried-files.ts'
import type { Depart } from './departure.ts'
import { runSync, type SyncOptions, type SyncReport } from './run-sync.ts'
import { pullScope, pushScope, type PullExtent } from './sync-scope.ts'

export type { SyncReport } from './run-sync.ts'

/**
 * Keeps the runner's work directory and the pod's in step where they share no volume.
 * Before a step: what changed on the runner goes in, and the runner's version of a path wins. After it: what changed in the pod comes out,
 * and the pod's version wins. Only what changed since the last sync travels, deletions included; something that the other end never had is
 * never deleted here. Several hook processes may do this at once.
 */
export interface WorkspaceSync {
  /**
   * Where `depart` is given and little has changed, the step is begun with that at once, before the agent is there. For pods that have had
   * a push of this baseline. The next pull tells the agent of it.
   */
  readonly pushChanges: (signal: AbortSignal, depart?: Depart) => Promise<SyncReport>
  readonly pullChanges: (signal: AbortSignal) => Promise<SyncReport>
}

export interface WorkspaceSyncOptions extends SyncOptions {
  /** Parts of the tree, relative to both roots, as `demo/demo`. Absent: all of it. */
  readonly subtrees?: readonly string[]
  /** The SYNC setting. A step pod's work is lost with it, so there it stays `full`, which is the default. */
  readonly pull?: PullExtent
  /** Parts that this sync leaves in the pod, as `_temp/_github_home`: another sync of the same baseline can bring them when they are needed. */
  readonly pullExcept?: readonly string[]
}

/** @throws by both functions: see `runSync` */
export function createWorkspaceSync(given: WorkspaceSyncOptions): WorkspaceSync {
  const options = { ...given, baselines: createBaselineFile() }
  const { subtrees, pull = 'full', pullExcept: except } = options
  let carried: CarriedFiles | undefined
  const remembering =
    (depart: Depart): Depart =>
    async files => {
      await depart(files)
      carried = files
    }
  return {
    pushChanges: (signal, given) => {
      const depart = given && remembering(given)
      return runSync(options, { direction: 'into', scope: pushScope(subtrees), signal, depart })
    },
    pullChanges: async signal => {
      const scope = pullScope(pull, { subtrees, except })
      const report = await runSync(options, { direction: 'out of', scope, signal, carried })
      carried = undefined
      return report
    }
  }
}
