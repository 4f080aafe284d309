import { HookError, writeResponse, type HookResponse, type PrepareJobInput } from '@k8s-hooks/hooklib'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkCreateOptions } from '../job-pod/check-create-options.ts'
import { createJobSecrets } from '../job-pod/create-job-secrets.ts'
import { createAskAlpine } from '../job-pod/ask-alpine.ts'
import { jobPodName, jobPodOf, sharedExternals } from '../job-pod/job-pod.ts'
import { startJobPod } from '../job-pod/start-job-pod.ts'
import { responseOf } from '../job-pod/response.ts'
import { readRunnerPod, type RunnerPod } from '../pod-template/runner-pod.ts'
import type { PodStyle } from '../pod-template/styled-template.ts'
import type { HookContext } from './hook-context.ts'
import { toStateJson } from './job-state.ts'
import { removeEverything } from './remove-everything.ts'
import { reasonOf } from '../support/reason-of.ts'

/** A cancelled hook has 7.5 s until the runner's SIGTERM (contract 1.10). */
const removeWithinMs = 5_000

/**
 * "Initialize containers": one pod with the job's container, its services and the work volume.
 * @throws HookError `NOTHING_TO_PREPARE`, `RUNNER_POD_MISSING`, and what a pod that does not start says
 */
export async function prepareJob(input: PrepareJobInput, context: HookContext, signal: AbortSignal): Promise<void> {
  const { args } = input
  if (args.container === null && args.services.length === 0) {
    throw new HookError('NOTHING_TO_PREPARE', 'The job has neither a container nor a service.')
  }
  const { cluster, settings, paths, logger } = context
  checkCreateOptions(args, { policy: settings.options, workFolder: paths.workFolder }, logger)
  const runnerPod = await readRunnerPod(cluster.pods, settings, paths.workFolder, signal)
  const [style] = await Promise.all([
    podStyleOf(context, runnerPod),
    removeEverything(context, signal),
    makeSharedFolders(runnerPod, paths.workFolder)
  ])
  try {
    await writeResponse(input.responseFile, await startJob(args, { runnerPod, style }, context, signal))
  } catch (error) {
    if (signal.aborted) await removeInTime(context)
    throw error
  }
}

async function startJob(
  args: PrepareJobInput['args'],
  { runnerPod, style }: { readonly runnerPod: RunnerPod; readonly style: PodStyle },
  { cluster, settings, paths, timings, logger }: HookContext,
  signal: AbortSignal
): Promise<HookResponse> {
  const secrets = await createJobSecrets({ args, style, cluster, logger }, signal)
  const jobPod = jobPodOf({
    args,
    runnerPod,
    workFolder: paths.workFolder,
    style,
    policy: settings.options,
    ...secrets
  })
  const podName = jobPodName(runnerPod.name)
  const askAlpine = args.container === null ? {} : { askAlpine: createAskAlpine(cluster.exec, podName) }
  const alpine = await timings.measure('job pod', () =>
    startJobPod({ jobPod, cluster, settings, logger, ...askAlpine }, signal)
  )
  const mode = runnerPod.workClaim === undefined ? 'copy' : 'shared'
  return { ...responseOf(args, podName, alpine), state: toStateJson({ mode, tools: undefined }) }
}

/** A cancelled job is not sure to get a cleanup_job: a runner that shuts down starts no further hook (contract 0). */
async function removeInTime(context: HookContext): Promise<void> {
  try {
    await removeEverything(context, AbortSignal.timeout(removeWithinMs))
  } catch (error) {
    context.logger.debug(`Something is left for cleanup_job or with the runner pod: ${reasonOf(error)}`)
  }
}

export async function podStyleOf(context: HookContext, runnerPod: RunnerPod): Promise<PodStyle> {
  return {
    identity: { runnerPodName: runnerPod.name, runnerPodUid: runnerPod.uid, workflow: context.workflow },
    template: await context.readTemplate(),
    architecture: context.architecture
  }
}

/** A subPath that does not exist is made by the kubelet and belongs to root then (contract 5.21). */
async function makeSharedFolders(runnerPod: RunnerPod, workFolder: string): Promise<void> {
  if (runnerPod.workClaim === undefined) return
  const folders = [sharedExternals, '_temp/_github_home', '_temp/_github_workflow', '_temp/_runner_file_commands']
  await Promise.all(folders.map(folder => mkdir(join(workFolder, folder), { recursive: true })))
}
