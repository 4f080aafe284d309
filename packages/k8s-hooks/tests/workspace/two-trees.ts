import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemSleep } from '../../src/support/poll.ts'
import {
  createWorkspaceSync,
  type WorkspaceSync,
  type WorkspaceSyncOptions
} from '../../src/workspace/workspace-sync.ts'
import { createAgentExec, type AgentExec, type Break } from './agent-exec.ts'
import { createRecordingLogger, type RecordingLogger } from './recording-logger.ts'

export interface TwoTrees extends RecordingLogger {
  readonly runner: string
  readonly pod: string
  readonly stateDir: string
  readonly podStateDir: string
  readonly agent: AgentExec
  readonly sync: WorkspaceSync
  /** A sync of the same trees with other options, as another hook process or container has it. */
  readonly another: (options: Partial<WorkspaceSyncOptions>) => WorkspaceSync
  readonly options: WorkspaceSyncOptions
  readonly remove: () => void
}

/** A runner's `_work` and a pod's `/__w` in temporary folders, with the agent between them in this process. */
export function createTwoTrees(breaks: readonly (Break | undefined)[] = []): TwoTrees {
  const base = mkdtempSync(join(tmpdir(), 'two-trees-'))
  const [runner, pod, stateDir, podStateDir] = ['runner/_work', 'pod/__w', 'runner/state', 'pod/state'].map(name =>
    join(base, name)
  ) as [string, string, string, string]
  mkdirSync(runner, { recursive: true })
  mkdirSync(pod, { recursive: true })
  const recorder = createRecordingLogger()
  const agent = createAgentExec(breaks)
  const options: WorkspaceSyncOptions = {
    exec: agent.exec,
    podName: 'job-pod',
    container: 'job',
    tools: { kind: 'agent', command: ['agent'], mountedVersions: [] },
    logger: recorder.logger,
    runnerRoot: runner,
    podRoot: pod,
    stateDir,
    podStateDir,
    baselineName: 'job',
    sleep: (_ms, signal) => systemSleep(1, signal)
  }
  return {
    ...recorder,
    runner,
    pod,
    stateDir,
    podStateDir,
    agent,
    options,
    sync: createWorkspaceSync(options),
    another: other => createWorkspaceSync({ ...options, ...other }),
    remove: () => rmSync(base, { recursive: true, force: true })
  }
}
