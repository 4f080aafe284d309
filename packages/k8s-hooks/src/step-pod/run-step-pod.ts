import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node'
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
import { endOf, exitCodeOf } from './step-exit-code.ts'
import { stepContainerName, stepPodTemplate, type StepPodRequest } from './step-pod.ts'
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
  const createSecret = async (): Promise<void> => {
    if (secret !== undefined) await cluster.secrets.create(secret, signal)
  }
  const copies = request.runnerPod.workClaim === undefined
  let workload: StartedWorkload | undefined
  try {
    if (!copies) await createSecret()
    workload = await startWorkload(cluster, { name: request.name, template }, signal, { onRefusal: logger.warning })
    const { podName } = workload
    return copies
      ? await followWithWorkspace(podName, createSecret, context, signal)
      : exitCodeOf(podName, await follow(podName, context, signal))
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

/** The container's end, when all of its log has been shown. */
async function follow(
  podName: string,
  context: StepPodContext,
  signal: AbortSignal
): Promise<V1ContainerStateTerminated> {
  const { timings } = context
  await timings.measure('start', () => waitUntil(hasStarted, podName, context, signal))
  return await timings.measure('run', async () => {
    await showLog(podName, context, signal)
    // The kubelet reports the end a moment after the log's.
    return await waitForPod({ ...waitOptions(podName, context, signal), until: pod => endOf(pod, stepContainerName) })
  })
}

/** Copy mode. No container is made before its Secret is there: an action without its workspace never starts, whatever the kubelet does. */
async function followWithWorkspace(
  podName: string,
  createSecret: () => Promise<void>,
  context: StepPodContext,
  signal: AbortSignal
): Promise<number> {
  const { timings } = context
  const workspace = context.openWorkspace({ podName })
  // The kubelet's word that a container runs comes up to a second after it does.
  const isReachable = async ({ spec }: V1Pod): Promise<true | undefined> =>
    spec?.nodeName !== undefined && (await workspace.isReachable(signal)) ? true : undefined
  try {
    await timings.measure('stage', () => waitUntil(isReachable, podName, context, signal))
    await timings.measure('copy in', () => workspace.push(signal))
    await createSecret()
    await workspace.release(signal)
    const terminated = await follow(podName, context, signal)
    await timings.measure('collect', () => workspace.pull(signal))
    return exitCodeOf(podName, terminated)
  } finally {
    await workspace.close()
  }
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

function hasStarted(pod: V1Pod): true | undefined {
  const state = containerStatusOf(pod, stepContainerName)?.state
  return state?.running !== undefined || state?.terminated !== undefined ? true : undefined
}

async function waitUntil(
  until: WaitForPodOptions<true>['until'],
  podName: string,
  context: StepPodContext,
  signal: AbortSignal
): Promise<void> {
  await waitForPod({
    ...waitOptions(podName, context, signal),
    stageTimeoutsMs: context.settings.stageTimeoutsMs,
    onTrouble: ({ message }) => context.logger.warning(message),
    until
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
