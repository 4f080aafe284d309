import { decodeEntryPointArgs, writeResponse, type RunScriptStepInput } from '@k8s-hooks/hooklib'
import { v4 as newId } from 'uuid'
import { runInPod } from '../exec/run-in-pod.ts'
import { jobPodName } from '../job-pod/job-pod.ts'
import { jobContainerName } from '../job-pod/service-names.ts'
import { reasonOf } from '../support/reason-of.ts'
import { createDeferred } from '../support/deferred.ts'
import type { HookContext } from './hook-context.ts'
import { openJobWorkspace, type JobWorkspace } from './job-workspace.ts'
import { parseJobState, toStateJson } from './job-state.ts'

/** A `run:` step or a JavaScript action in the job container. Returns its exit code. */
export async function runScriptStep(
  input: RunScriptStepInput,
  context: HookContext,
  signal: AbortSignal
): Promise<number> {
  const { args } = input
  const { cluster, output, timings, settings } = context
  const state = parseJobState(input.state)
  const podName = jobPodName(settings.runnerPodName)
  const workspace = await openJobWorkspace(state, context, signal)
  try {
    await workspace.bringExternals(args.entryPoint, signal)
    const beginning = createDeferred()
    const pushed = workspace.push(signal, beginning.promise)
    const running = runInPod(
      {
        id: newId(),
        argv: [args.entryPoint, ...decodeEntryPointArgs(args.entryPointArgs)],
        env: args.environmentVariables,
        prependPath: args.prependPath,
        workingDirectory: args.workingDirectory
      },
      { cluster, podName, container: jobContainerName, output, signal, begin: pushed, onStart: beginning.resolve }
    )
    // Whatever keeps the files from coming in is told first.
    running.catch(beginning.reject)
    await pushed
    const exitCode = await thenPull(() => timings.measure('script', () => running), workspace, context, signal)
    await writeResponse(input.responseFile, { state: toStateJson({ ...state, tools: workspace.tools }) })
    return exitCode
  } finally {
    await workspace.close()
  }
}

/** Outputs of a failed step count too (contract 5.18), but why it was lost explains more than why nothing came back. */
async function thenPull(
  run: () => Promise<number>,
  workspace: Pick<JobWorkspace, 'pull'>,
  { logger }: Pick<HookContext, 'logger'>,
  signal: AbortSignal
): Promise<number> {
  let exitCode: number
  try {
    exitCode = await run()
  } catch (error) {
    if (!signal.aborted)
      await workspace.pull(signal).catch((cause: unknown) => logger.debug(`Nothing came back: ${reasonOf(cause)}`))
    throw error
  }
  await workspace.pull(signal)
  return exitCode
}
