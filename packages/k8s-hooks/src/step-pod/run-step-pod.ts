import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Settings } from '../config/settings.ts'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import type { Cluster, StartedWorkload } from '../kubernetes/cluster.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { deleteWorkload, startWorkload } from '../kubernetes/start-workload.ts'
import { waitForPod, type WaitForPodOptions } from '../kubernetes/wait-for-pod.ts'
import { envSecretOf } from '../pod-template/env-secret.ts'
import type { Logger } from '../support/logger.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { Timings } from '../support/timings.ts'
import { withinTidyTime } from '../support/within-tidy-time.ts'
import { annotationPaths } from './annotation-paths.ts'
import { releaseStage } from './release-stage.ts'
import { endOf, exitCodeOf } from './step-exit-code.ts'
import { stageContainerName, stepContainerName, stepPodTemplate, type StepPodRequest } from './step-pod.ts'
import type { StepWorkspace } from './step-workspace.ts'

export interface StepPodContext {
  readonly cluster: Cluster
  readonly settings: Pick<Settings, 'prepareJobTimeoutMs' | 'stageTimeoutsMs' | 'imagePullGraceMs'>
  readonly logger: Logger
  readonly timings: Timings
  readonly output: Writable
  /** Copy mode only. */
  readonly openWorkspace: (target: { readonly podName: string }) => StepWorkspace
}

/**
 * Runs a container step to its end: environment into a Secret, pod as a Job or Pod, log to the runner, results back. Returns the container's exit code.
 * @throws HookError `IMAGE_PULL_FAILED`, `STEP_OUT_OF_MEMORY`, and what a pod that does not start says
 */
export async function runStepPod(
  request: Omit<StepPodRequest, 'env'>,
  context: StepPodContext,
  signal: AbortSignal
): Promise<number> {
  const { cluster, logger } = context
  const secretName = objectName(request.name, 'env')
  const { secret, env, refusedNames } = envSecretOf(request.style.identity, secretName, {
    CI: 'true',
    ...request.container.environmentVariables,
    GITHUB_ACTIONS: 'true'
  })
  for (const name of refusedNames)
    logger.warning(`Kubernetes has no environment variable named "${name}"; the step goes without it.`)
  const template = stepPodTemplate({ ...request, env })
  let workload: StartedWorkload | undefined
  try {
    if (secret !== undefined) await cluster.secrets.create(secret, signal)
    workload = await startWorkload(cluster, { name: request.name, template }, signal, { onRefusal: logger.warning })
    return await follow(workload.podName, request, context, signal)
  } finally {
    await tidy({ workload, secretName: secret === undefined ? undefined : secretName }, context, signal)
  }
}

/**
 * Deletes pod and Secret, the Secret also when its creation was cut off. A deletion that fails changes nothing about the step:
 * cleanup_job deletes the rest, and what that leaves goes with the runner pod, which owns it.
 */
async function tidy(
  { workload, secretName }: { readonly workload: StartedWorkload | undefined; readonly secretName: string | undefined },
  { cluster, logger }: StepPodContext,
  cancellation: AbortSignal
): Promise<void> {
  const gracePeriodSeconds = cancellation.aborted ? 2 : 0
  const results = await withinTidyTime(cancellation, signal =>
    Promise.allSettled([
      workload === undefined ? undefined : deleteWorkload(cluster, workload, { signal, gracePeriodSeconds }),
      secretName === undefined ? undefined : cluster.secrets.delete(secretName, { signal })
    ])
  )
  for (const result of results) {
    if (result.status === 'rejected')
      logger.warning(`Something of the step is left until the job ends: ${reasonOf(result.reason)}`)
  }
}

async function follow(
  podName: string,
  { runnerPod }: Omit<StepPodRequest, 'env'>,
  context: StepPodContext,
  signal: AbortSignal
): Promise<number> {
  const { cluster, timings } = context
  const workspace = runnerPod.workClaim === undefined ? context.openWorkspace({ podName }) : undefined
  if (workspace !== undefined) {
    await waitUntilStarted(podName, stageContainerName, context, signal)
    await timings.measure('copy in', () => workspace.push(signal))
    await releaseStage(podName, { cluster }, signal)
  }
  await timings.measure('start', () => waitUntilStarted(podName, stepContainerName, context, signal))
  const terminated = await timings.measure('run', async () => {
    await showLog(podName, context, signal)
    // The kubelet reports the end a moment after the log's.
    return await waitForPod({ ...waitOptions(podName, context, signal), until: pod => endOf(pod, stepContainerName) })
  })
  if (workspace !== undefined) await timings.measure('collect', () => workspace.pull(signal))
  return exitCodeOf(podName, terminated)
}

async function showLog(podName: string, { cluster, output }: StepPodContext, signal: AbortSignal): Promise<void> {
  const lines = annotationPaths()
  lines.pipe(output, { end: false })
  try {
    await cluster.followLogs({ podName, container: stepContainerName, output: lines, signal })
  } finally {
    lines.end()
    // An aborted wait is told by what followLogs throws.
    await finished(lines, { signal }).catch(() => undefined)
  }
}

async function waitUntilStarted(
  podName: string,
  container: string,
  context: StepPodContext,
  signal: AbortSignal
): Promise<void> {
  await waitForPod({
    ...waitOptions(podName, context, signal),
    stageTimeoutsMs: context.settings.stageTimeoutsMs,
    onTrouble: ({ message }) => context.logger.warning(message),
    until: pod => {
      const state = containerStatusOf(pod, container)?.state
      return state?.running !== undefined || state?.terminated !== undefined ? true : undefined
    }
  })
}

function waitOptions(
  podName: string,
  { cluster, settings }: StepPodContext,
  signal: AbortSignal
): Omit<WaitForPodOptions<never>, 'until'> {
  const { prepareJobTimeoutMs: timeoutMs, imagePullGraceMs } = settings
  return { pods: cluster.pods, podName, timeoutMs, imagePullGraceMs, signal }
}
