import { join } from 'node:path'
import { createStartPatience } from '../kubernetes/start-patience.ts'
import type { StepWorkspace } from '../step-pod/step-workspace.ts'
import {
  abandonedMarker,
  carrierPidFile,
  stagedMarker,
  transferContainerName,
  transferFolder
} from '../step-pod/transfer-container.ts'
import { systemSleep } from '../support/poll.ts'
import { agentFromStdin } from '../workspace/agent-from-stdin.ts'
import { createAgentLine, type AgentLine } from '../workspace/agent-line.ts'
import { markInPod } from '../workspace/mark-in-pod.ts'
import { repeatCut } from '../workspace/repeat-cut.ts'
import { SyncCut } from '../workspace/sync-cut.ts'
import { syncFailed } from '../workspace/sync-failed.ts'
import { createWorkspaceSync, type WorkspaceSync } from '../workspace/workspace-sync.ts'
import type { HookContext } from './hook-context.ts'
import type { JobState } from './job-state.ts'
import { fetchForContainerStep } from './job-workspace.ts'
import { withinCopyTimeout } from './within-copy-timeout.ts'

/** Of the time that a cancelled hook has for tidying up. */
const abandonWithinMs = 2_000

export interface StepWorkspaceOptions {
  readonly podName: string
  /** null: there is no job container. */
  readonly jobState: JobState | null
}

/**
 * Copy mode: the step pod gets the runner's tree, and what the action changes comes back to the runner; later steps get it from there.
 * What is missing on the runner is fetched from the job pod while the step pod starts. Both directions cost one exec where the action is quick.
 */
export function openStepWorkspace(
  { podName, jobState }: StepWorkspaceOptions,
  context: HookContext,
  stop: AbortSignal
): StepWorkspace {
  const { settings } = context
  const fetched = jobState === null ? Promise.resolve() : fetchForContainerStep(jobState, context, stop)
  // It is waited for when the pod runs; a pod that never does has its own reason.
  fetched.catch(() => undefined)
  const { line, sync } = createCarrier(podName, context, stop)
  let isTried = false
  let isReleased = false
  const isReachable = createReachable(line, podName)
  return {
    isReachable: async signal => {
      // It may be there although the answer does not come any more.
      isTried = true
      return await isReachable(signal)
    },
    push: async signal => {
      await fetched
      await withinCopyTimeout({ settings, podName, signal }, sync.pushChanges)
    },
    release: async signal => {
      await repeatCut(() => markInPod(line, stagedMarker, signal), {
        signal,
        sleep: systemSleep,
        onRepeat: () => undefined
      })
      isReleased = true
    },
    pull: async signal => {
      await withinCopyTimeout({ settings, podName, signal }, sync.pullChanges)
    },
    close: async () => {
      if (isTried && !isReleased) await abandon(podName, context)
      await line.close()
    }
  }
}

interface Carrier {
  readonly line: AgentLine
  readonly sync: WorkspaceSync
}

function createCarrier(
  podName: string,
  { cluster, paths, logger, agentProgram }: HookContext,
  stop: AbortSignal
): Carrier {
  const node = join(paths.externals, paths.ownNode, 'bin/node')
  const agent = agentFromStdin({ node, program: agentProgram(), pidFile: carrierPidFile })
  const place = { exec: cluster.exec, podName, container: transferContainerName }
  const line = createAgentLine({ ...place, ...agent, signal: stop })
  const sync = createWorkspaceSync({
    ...place,
    tools: { kind: 'agent', command: agent.command, mountedVersions: [] },
    line,
    logger,
    runnerRoot: paths.workFolder,
    podRoot: '/__w',
    stateDir: join(paths.stateFolder, 'sync'),
    podStateDir: `${transferFolder}/state`,
    baselineName: podName
  })
  return { line, sync }
}

/** Tries to start the agent. That the container is missing is no trouble: the pod's status tells what else may be wrong with it. */
function createReachable(line: AgentLine, podName: string): StepWorkspace['isReachable'] {
  const isTooMuch = createStartPatience()
  return async signal => {
    try {
      await line.open(signal)
      return true
    } catch (error) {
      if (!(error instanceof SyncCut)) throw error
      if (isTooMuch(error.message))
        throw syncFailed(error, { podName, container: transferContainerName, direction: 'into', path: undefined })
      return false
    }
  }
}

/** Best effort: without it the pod is gone a minute later. */
async function abandon(podName: string, { cluster }: HookContext): Promise<void> {
  const command = ['sh', '-c', `: >${abandonedMarker}`]
  const signal = AbortSignal.timeout(abandonWithinMs)
  await cluster.exec({ podName, container: transferContainerName, command, signal }).catch(() => undefined)
}
