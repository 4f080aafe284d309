import { writeResponse, type RunContainerStepInput } from '@k8s-hooks/hooklib'
import { v4 as newId } from 'uuid'
import { objectName } from '../kubernetes/object-name.ts'
import { readRunnerPod } from '../pod-template/runner-pod.ts'
import { jobShareOf } from '../job-pod/job-share.ts'
import { runStepPod } from '../step-pod/run-step-pod.ts'
import type { HookContext } from './hook-context.ts'
import type { imageOfStep } from './image-of-step.ts'
import { deleteImages } from './delete-images.ts'
import { parseJobState } from './job-state.ts'
import { openToEveryUser } from './open-to-every-user.ts'
import { podStyleOf } from './prepare-job.ts'
import { openStepWorkspace } from './step-workspace.ts'

/** Time for deleting images after a cancellation. Pod and Secret of the step may have taken 6 s before, and the runner kills the hook after 10 (contract 1.10). */
const deleteWithinMs = 3_000

/** A container action, from an image or from a Dockerfile. Returns the container's own exit code. */
export async function runContainerStep(
  input: RunContainerStepInput,
  context: HookContext,
  signal: AbortSignal
): Promise<number> {
  const { args } = input
  const { cluster, settings, paths } = context
  const runnerPod = await readRunnerPod(cluster.pods, settings, paths.workFolder, signal)
  const style = await podStyleOf(context, runnerPod)
  const jobState = input.state === null ? null : parseJobState(input.state)
  if (runnerPod.workClaim !== undefined) await openToEveryUser(paths)
  try {
    const { hostAliases, pullSecretNames } = await jobShareOf(
      cluster.pods,
      settings.runnerPodName,
      input.state !== null,
      signal
    )
    const summaryVariable = args.environmentVariables['GITHUB_STEP_SUMMARY']
    const image =
      args.image ?? (await built(args.dockerfile ?? '', { runnerPod, style, summaryVariable }, context, signal))
    const exitCode = await runStepPod(
      {
        name: objectName(runnerPod.name, `step-${newId().slice(0, 8)}`),
        image,
        container: args,
        runnerPod,
        workFolder: paths.workFolder,
        style,
        pullSecretNames: [...new Set([...pullSecretNames, ...builtImageSecretsOf(context, args.dockerfile)])],
        hostAliases
      },
      { ...context, openWorkspace: ({ podName }) => openStepWorkspace({ podName, jobState }, context, signal) },
      signal
    )
    await writeResponse(input.responseFile, input.state === null ? {} : { state: input.state })
    return exitCode
  } finally {
    if (isWithoutCleanup(input))
      await deleteImages(context, { choose: 'unused' }, signal.aborted ? AbortSignal.timeout(deleteWithinMs) : signal)
  }
}

/** A third of the hook's code is for Dockerfiles: a step without one does not load it. */
const built: typeof imageOfStep = async (...args) => {
  const module = await import('./image-of-step.ts')
  return await module.imageOfStep(...args)
}

/** A job without container and services has no cleanup_job (contract 0): its image goes with the step. */
function isWithoutCleanup({ state }: RunContainerStepInput): boolean {
  return state === null
}

/** An image that the hook has built lies where the hook's own credentials are good. */
function builtImageSecretsOf({ settings }: HookContext, dockerfile: string | null): readonly string[] {
  const name = dockerfile === null ? undefined : settings.registry?.secretName
  return name === undefined ? [] : [name]
}
