import { join } from 'node:path'
import type { StepWorkspace } from '../step-pod/step-workspace.ts'
import { collectContainerName, stageContainerName, transferFolder } from '../step-pod/step-pod.ts'
import { bringAgentAlone } from '../workspace/bring-agent.ts'
import type { PodTools } from '../workspace/pod-tools.ts'
import { createWorkspaceSync, type WorkspaceSync } from '../workspace/workspace-sync.ts'
import type { HookContext } from './hook-context.ts'
import type { JobState } from './job-state.ts'
import { fetchForContainerStep } from './job-workspace.ts'
import { withinCopyTimeout } from './within-copy-timeout.ts'

export interface StepWorkspaceOptions {
  readonly podName: string
  /** null: there is no job container. */
  readonly jobState: JobState | null
}

/**
 * Copy mode: the step pod gets the runner's tree, and what the action changes comes back to the runner; later steps get it from there.
 * What is missing on the runner is fetched from the job pod while the step pod starts.
 */
export function openStepWorkspace(
  { podName, jobState }: StepWorkspaceOptions,
  context: HookContext,
  stop: AbortSignal
): StepWorkspace {
  const { cluster, paths, settings, logger, agentProgram } = context
  const node = join(paths.externals, 'node20/bin/node')
  const podAgentDir = `${transferFolder}/agent`
  const syncWith = (container: string, tools: PodTools): WorkspaceSync =>
    createWorkspaceSync({
      exec: cluster.exec,
      podName,
      container,
      tools,
      logger,
      runnerRoot: paths.workFolder,
      podRoot: '/__w',
      stateDir: join(paths.stateFolder, 'sync'),
      podStateDir: `${transferFolder}/state`,
      baselineName: podName
    })
  const fetched = jobState === null ? Promise.resolve() : fetchForContainerStep(jobState, context, stop)
  // It is waited for when the pod runs; a pod that never does has its own reason.
  fetched.catch(() => undefined)
  let tools: PodTools | undefined
  return {
    push: async signal => {
      await fetched
      tools = await bringAgentAlone(
        { exec: cluster.exec, podName, container: stageContainerName, program: agentProgram(), podAgentDir, node },
        signal
      )
      const { pushChanges } = syncWith(stageContainerName, tools)
      await withinCopyTimeout({ settings, podName, signal }, pushChanges)
    },
    pull: async signal => {
      if (tools === undefined) return
      const { pullChanges } = syncWith(collectContainerName, tools)
      await withinCopyTimeout({ settings, podName, signal }, pullChanges)
    }
  }
}
