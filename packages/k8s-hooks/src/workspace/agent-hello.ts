import type { BytePath } from './byte-path.ts'
import type { CarriedList } from './carried-list.ts'
import type { SyncScope } from './sync-scope.ts'

/** What the runner asks the agent to do; the only thing that the agent believes without a check. */
export interface AgentHello {
  readonly operation: 'push' | 'pull'
  /** Absolute path of the tree in the pod. */
  readonly root: string
  /** Absolute path in the pod, outside the tree, for baselines. */
  readonly stateDir: string
  readonly baselineName: string
  readonly baselineId: string
  readonly scope: SyncScope
  /** Of a pull: what the step before it brought into the pod by itself. */
  readonly carried?: CarriedList | undefined
}

export interface AgentWelcome {
  /** Whether the pod has the baseline of that id; else it begins an empty one. */
  readonly isKnown: boolean
}

export interface AgentFailure {
  readonly message: string
  /** What the pod was working on; the runner, which sends ahead, may be elsewhere. Absent before the first path. */
  readonly path?: BytePath | undefined
  /** True when the same sync may well succeed the next time. */
  readonly isCut: boolean
}
