import { HookError } from '@k8s-hooks/hooklib'
import type { Exec } from '../kubernetes/cluster.ts'
import type { Logger } from '../support/logger.ts'
import { systemSleep, type Sleep } from '../support/poll.ts'
import { createAgentLine, type AgentLine } from './agent-line.ts'
import { pullOnce, pushOnce, type SyncAttempt } from './agent-sync.ts'
import { createBaselineFile, type BaselineFile } from './baseline-file.ts'
import type { BytePath } from './byte-path.ts'
import type { CarriedFiles } from './carried-files.ts'
import { departWithFew, type Depart } from './departure.ts'
import type { PodTools } from './pod-tools.ts'
import { repeatCut } from './repeat-cut.ts'
import { syncFailed } from './sync-failed.ts'
import { withSyncLock } from './sync-lock.ts'
import type { SyncScope } from './sync-scope.ts'
import { pullByTar } from './tar-pull.ts'
import { pushByTar } from './tar-push.ts'
import type { Totals } from './totals.ts'
import { createWarnings } from './warnings.ts'

export interface SyncOptions {
  readonly exec: Exec
  readonly podName: string
  readonly container: string
  /** What `bringAgent` found or put there. */
  readonly tools: PodTools
  /** A connection to the agent that other syncs use as well; its owner closes it. Absent: one for this sync alone. */
  readonly line?: AgentLine | undefined
  /** What earlier syncs of the same baseline have left in memory. Absent: nothing. */
  readonly baselines?: BaselineFile
  readonly logger: Logger
  /** Absolute path of the tree on the runner. */
  readonly runnerRoot: string
  /** Absolute path of the tree in the pod. */
  readonly podRoot: string
  /** On the runner, outside `runnerRoot`; made when absent. One sync at a time runs for it. */
  readonly stateDir: string
  /** In the pod, outside `podRoot`; made when absent. Containers of one pod that share it share the baseline. */
  readonly podStateDir: string
  /** A word that is fit for a file name; one for each pod. */
  readonly baselineName: string
  readonly sleep?: Sleep
  /** Silence of the agent after which the connection counts as dead. */
  readonly stallTimeoutMs?: number
}

export interface SyncReport extends Totals {
  /** The step brought it, without the agent. */
  readonly hasDeparted: boolean
  readonly durationMs: number
}

export interface SyncPlan {
  readonly direction: 'into' | 'out of'
  readonly scope: SyncScope
  readonly signal: AbortSignal
  /** Of a push that a step waits for: begins it. Absent: no step waits, or it needs the agent. */
  readonly depart?: Depart | undefined
  /** Of a pull: what the step before it brought into the pod by itself. */
  readonly carried?: CarriedFiles | undefined
}

/**
 * One push or pull, repeated after a cut, under the runner's lock.
 * @throws HookError `WORKSPACE_SYNC_FAILED` naming pod, path and reason, `WORKSPACE_TOOL_MISSING`; what exec throws; the signal's reason
 */
export async function runSync(options: SyncOptions, plan: SyncPlan): Promise<SyncReport> {
  const { logger, podName, container, stateDir, sleep = systemSleep } = options
  const { direction, scope, signal, carried } = plan
  const warnings = createWarnings(logger)
  let path: BytePath | undefined
  let failedPath: BytePath | undefined
  const attempt: SyncAttempt = {
    scope,
    signal,
    warn: warnings.warn,
    onPath: at => (path = at),
    onFailedPath: at => (failedPath = at),
    carried
  }
  const line = options.line ?? lineTo(options, signal)
  const once = syncOnce(options, line, direction)
  const onRepeat = (reason: string): void => logger.debug(`Copying ${direction} pod ${podName} begins again: ${reason}`)
  const onWait = (): void => logger.debug('Another step of this job is copying files; waiting for it.')
  const startedAtMs = performance.now()
  try {
    signal.throwIfAborted()
    const work = async (): Promise<Omit<SyncReport, 'durationMs'>> => {
      const departed = await departOnce(options, plan, warnings.warn)
      if (departed !== undefined) return { ...departed, hasDeparted: true }
      return { ...(await repeatCut(() => once(attempt), { signal, sleep, onRepeat })), hasDeparted: false }
    }
    const report = await withSyncLock(stateDir, { signal, onWait, sleep }, work)
    return { ...report, durationMs: Math.round(performance.now() - startedAtMs) }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof HookError
      ? error
      : syncFailed(error, { podName, container, direction, path: failedPath ?? path })
  } finally {
    warnings.close()
    if (options.line === undefined) await line?.close()
  }
}

/** The agent's connection; undefined where there is no agent. It is opened by the first sync. */
export function lineTo(
  {
    tools,
    exec,
    podName,
    container,
    stallTimeoutMs
  }: Pick<SyncOptions, 'tools' | 'exec' | 'podName' | 'container' | 'stallTimeoutMs'>,
  signal: AbortSignal
): AgentLine | undefined {
  if (tools.kind === 'tar') return undefined
  return createAgentLine({
    ...{ exec, podName, container, command: tools.command, signal },
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs })
  })
}

/** undefined: nothing waits for this sync, or it needs the agent. */
async function departOnce(
  { baselines, tools, ...target }: SyncOptions,
  { scope, depart }: SyncPlan,
  warn: SyncAttempt['warn']
): Promise<Totals | undefined> {
  if (depart === undefined || baselines === undefined || tools.kind === 'tar') return undefined
  return await departWithFew({ ...target, baselines }, { scope, warn, depart })
}

type Once = (attempt: SyncAttempt) => Promise<Totals>

function syncOnce(options: SyncOptions, line: AgentLine | undefined, direction: SyncPlan['direction']): Once {
  if (line === undefined) return attempt => (direction === 'into' ? pushByTar : pullByTar)(options, attempt)
  const { baselines = createBaselineFile() } = options
  return attempt => (direction === 'into' ? pushOnce : pullOnce)({ ...options, line, baselines }, attempt)
}
