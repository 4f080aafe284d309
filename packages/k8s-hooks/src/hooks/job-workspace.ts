import { randomUUID } from 'node:crypto'
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Companion, Preparation } from '../exec/companion.ts'
import { jobPodName, sharedExternals } from '../job-pod/job-pod.ts'
import { jobContainerName } from '../job-pod/service-names.ts'
import { areToolsOf, bringAgent } from '../workspace/bring-agent.ts'
import type { AgentLine } from '../workspace/agent-line.ts'
import { carryScript } from '../workspace/carry-script.ts'
import type { Depart } from '../workspace/departure.ts'
import { agentStaysMs } from '../workspace/sync-agent.ts'
import { ensureExternals, externalsVersionOf } from '../workspace/ensure-externals.ts'
import type { PodShell } from '../workspace/pod-shell.ts'
import type { PodTools } from '../workspace/pod-tools.ts'
import { lineTo } from '../workspace/run-sync.ts'
import { createWorkspaceSync, type SyncReport, type WorkspaceSyncOptions } from '../workspace/workspace-sync.ts'
import type { HookContext } from './hook-context.ts'
import type { JobState } from './job-state.ts'
import { openToEveryUser } from './open-to-every-user.ts'
import { withinCopyTimeout } from './within-copy-timeout.ts'

/** The work folder as the job pod sees it. In shared mode it is the runner's own, and there is nothing to move. */
export interface JobWorkspace {
  readonly tools: PodTools | undefined
  /** Brings the Node version that `entryPoint` names below `/__e`, when it names one. */
  readonly bringExternals: (entryPoint: string, signal: AbortSignal) => Promise<void>
  /** Resolves when the step may begin, to what comes with it. `hasBegun` resolves when it has, and rejects when it never will. */
  readonly push: (signal: AbortSignal, hasBegun: Promise<void>) => Promise<Preparation>
  readonly pull: (signal: AbortSignal) => Promise<void>
  /** Ends what was started in the pod to move files. */
  readonly close: () => Promise<void>
}

const podWork = '/__w'
const podExternals = '/__e'
const podAgentDir = '/__e/.k8s-hooks'
const podStateDir = '/__e/.k8s-hooks/state'
/** HOME: caches of package managers, gigabytes of them. The runner itself reads none, so they come when a container step needs them. */
const homeFolder = '_temp/_github_home'

export async function openJobWorkspace(
  state: JobState,
  context: HookContext,
  signal: AbortSignal
): Promise<JobWorkspace> {
  return state.mode === 'shared' ? sharedWorkspace(context) : await copiedWorkspace(state, context, signal)
}

function sharedWorkspace({ paths }: HookContext): JobWorkspace {
  return {
    tools: undefined,
    bringExternals: async entryPoint => {
      const version = externalsVersionOf(entryPoint, podExternals)
      if (version !== undefined)
        await copyOnce(join(paths.externals, version), join(paths.workFolder, sharedExternals, version))
    },
    push: async () => {
      await openToEveryUser(paths)
      return { script: '' }
    },
    pull: () => Promise.resolve(),
    close: () => Promise.resolve()
  }
}

/** Two steps at once may both copy; the folder appears whole, by a rename. */
async function copyOnce(source: string, target: string): Promise<void> {
  if (await exists(target)) return
  const draft = `${target}.${randomUUID()}`
  await mkdir(join(target, '..'), { recursive: true })
  try {
    await cp(source, draft, { recursive: true, verbatimSymlinks: true })
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(target))) throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false
  )
}

async function copiedWorkspace(state: JobState, context: HookContext, signal: AbortSignal): Promise<JobWorkspace> {
  const { settings, paths } = context
  const tools = await toolsFor(state, context, signal)
  const line = lineTo({ ...jobContainerOf(context), tools }, signal)
  const options = { ...syncOptionsOf(context, tools), line }
  const sync = createWorkspaceSync({ ...options, pull: settings.sync, pullExcept: [homeFolder] })
  const within = <T>(stop: AbortSignal, carry: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withinCopyTimeout({ settings, podName: options.podName, signal: stop }, carry)
  const push = async (stop: AbortSignal, depart?: Depart): Promise<void> =>
    record(context, 'copy in', await within(stop, signal => sync.pushChanges(signal, depart)))
  const companion = line && companionFor(line, tools)
  // The step that brought the tools has brought the tree.
  const hasTree = state.tools === tools
  let pushing = Promise.resolve()
  return {
    tools,
    bringExternals: async (entryPoint, stop) => {
      const version = externalsVersionOf(entryPoint, podExternals)
      if (version === undefined) return
      await ensureExternals({ ...options, runnerExternals: paths.externals, podExternals }, version, stop)
    },
    push: (stop, hasBegun) =>
      new Promise((resolve, reject) => {
        const depart: Depart = files => {
          resolve({ script: carryScript(files, podWork), companion })
          return hasBegun
        }
        pushing = push(stop, hasTree ? depart : undefined)
        pushing.then(() => resolve({ script: '' }), reject)
      }),
    pull: async stop => {
      await pushing.catch(() => undefined)
      record(context, 'copy out', await within(stop, sync.pullChanges))
    },
    close: async () => await line?.close()
  }
}

/** The agent starts beside a step, and is there when that ends soon. When it takes longer, the agent has left, and another is started. */
function companionFor(line: AgentLine, tools: PodTools): Companion | undefined {
  if (tools.kind === 'tar') return undefined
  const startedAtMs = performance.now()
  return {
    argv: tools.command,
    meet: connection => {
      if (performance.now() - startedAtMs > agentStaysMs / 2) connection.leave()
      else line.adopt(connection)
    }
  }
}

/**
 * Brings what the steps before have left in the job pod only: a container step, whose pod is another, is to see it too.
 * Without tools no step has run there yet.
 */
export async function fetchForContainerStep(state: JobState, context: HookContext, signal: AbortSignal): Promise<void> {
  if (state.mode === 'shared' || state.tools === undefined) return
  const { sync } = context.settings
  const options = syncOptionsOf(context, await toolsFor(state, context, signal))
  const { pullChanges } = createWorkspaceSync({ ...options, ...(sync === 'full' ? { subtrees: [homeFolder] } : {}) })
  const limits = { settings: context.settings, podName: options.podName, signal }
  record(context, 'fetch', await withinCopyTimeout(limits, pullChanges))
}

/** Those that an earlier step brought, unless they are another hook's. */
async function toolsFor({ tools }: JobState, context: HookContext, signal: AbortSignal): Promise<PodTools> {
  const program = context.agentProgram()
  if (tools !== undefined && areToolsOf(program, tools)) return tools
  const options = {
    ...jobContainerOf(context),
    runnerExternals: context.paths.externals,
    ownNode: context.paths.ownNode,
    podExternals,
    program,
    podAgentDir
  }
  return await context.timings.measure('bring agent', () => bringAgent(options, signal))
}

const jobContainerOf = ({ cluster, settings, logger }: HookContext): PodShell & Pick<HookContext, 'logger'> => ({
  exec: cluster.exec,
  podName: jobPodName(settings.runnerPodName),
  container: jobContainerName,
  logger
})

/** Both trees, and where each end keeps what it knows of the other. */
const syncOptionsOf = (context: HookContext, tools: PodTools): WorkspaceSyncOptions => ({
  ...jobContainerOf(context),
  tools,
  runnerRoot: context.paths.workFolder,
  podRoot: podWork,
  stateDir: join(context.paths.stateFolder, 'sync'),
  podStateDir,
  baselineName: 'job'
})

function record(
  { timings, logger }: HookContext,
  stage: string,
  { files, bytes, deleted, durationMs, hasDeparted }: SyncReport
): void {
  timings.record({ stage: hasDeparted ? `${stage} with the step` : stage, durationMs, bytes })
  logger.debug(
    `${stage}${hasDeparted ? ' with the step' : ''}: ${files} files, ${bytes} bytes, ${deleted} deleted in ${durationMs} ms`
  )
}
