import type { Writable } from 'node:stream'
import type { Settings } from '../config/settings.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { HookTemplate } from '../pod-template/hook-template.ts'
import type { Identity } from '../pod-template/identity.ts'
import type { Logger } from '../support/logger.ts'
import type { Timings } from '../support/timings.ts'

/** What a hook works with; main.ts makes it. */
export interface HookContext {
  readonly cluster: Cluster
  readonly settings: Settings
  readonly logger: Logger
  readonly timings: Timings
  /** Where the output of steps goes. */
  readonly output: Writable
  /** Text of the program that is run in pods in copy mode. */
  readonly agentProgram: () => string
  readonly paths: HookPaths
  readonly workflow: Identity['workflow']
  /** Who shares what a build leaves to later jobs; undefined where the runner does not say. */
  readonly cacheScope: string | undefined
  /** `process.arch` of the runner. */
  readonly architecture: string
  readonly readTemplate: () => Promise<HookTemplate>
}

/** Folders and files on the runner's disk. */
export interface HookPaths {
  /** `_work`. */
  readonly workFolder: string
  /** GITHUB_WORKSPACE: `_work/<repository>/<repository>`. */
  readonly workspace: string | undefined
  /** Node versions of the runner. */
  readonly externals: string
  /** The one of them that runs this hook: `node20`. Later runners have others. */
  readonly ownNode: string
  /** For what one hook call leaves to the next; only the runner's user can read it. */
  readonly stateFolder: string
  /** ACTIONS_RUNNER_ACTION_ARCHIVE_CACHE: where `_actions` may point to. */
  readonly actionArchiveCache: string | undefined
}
