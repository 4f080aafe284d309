import type { Writable } from 'node:stream'
import { HookError } from '@k8s-hooks/hooklib'
import type { V1ContainerStateTerminated } from '@kubernetes/client-node'
import type { Settings } from '../config/settings.ts'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import type { Cluster, StartedWorkload } from '../kubernetes/cluster.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { deleteWorkload, startWorkload } from '../kubernetes/start-workload.ts'
import { waitForPod } from '../kubernetes/wait-for-pod.ts'
import { envSecretOf } from '../pod-template/env-secret.ts'
import type { Logger } from '../support/logger.ts'
import type { Timings } from '../support/timings.ts'
import {
  collectContainerName,
  markerPath,
  stageContainerName,
  stepContainerName,
  stepPodTemplate,
  type StepPodRequest
} from './step-pod.ts'
import type { StepWorkspace } from './step-workspace.ts'

export interface StepPodContext {
  readonly cluster: Cluster
  readonly settings: Pick<Settings, 'prepareJobTimeoutMs' | 'imagePullGraceMs'>
  readonly logger: Logger
  readonly timings: Timings
  readonly output: Writable
  /** Copy mode only. */
  readonly openWorkspace: (target: { readonly podName: string }) => StepWorkspace
}

/** Time for deleting pod and Secret after a cancellation (contract 1.10). */
const tidyWithinMs = 6_000

/**
 * Runs a container step to its end: environment into a Secret, pod as a Job or Pod, log to the runner, results back. Returns the container's exit code.
 * @throws HookError `IMAGE_PULL_FAILED`, `STEP_OUT_OF_MEMORY`, and what a pod that does not start says
 */
export async function runStepPod(
  request: Omit<StepPodRequest, 'env'>,
  context: StepPodContext,
  signal: AbortSignal
): Promise<number> {
  const { cluster } = context
  const secretName = objectName(request.name, 'env')
  const { secret, env, refusedNames } = envSecretOf(request.style.identity, secretName, {
    CI: 'true',
    ...request.container.environmentVariables,
    GITHUB_ACTIONS: 'true'
  })
  for (const name of refusedNames)
    context.logger.warning(`Kubernetes has no environment variable named "${name}"; the step goes without it.`)
  let workload: StartedWorkload | undefined
  try {
    if (secret !== undefined) await cluster.secrets.create(secret, signal)
    workload = await startWorkload(
      cluster,
      { name: request.name, template: stepPodTemplate({ ...request, env }) },
      signal
    )
    return await follow(workload.podName, request, context, signal)
  } finally {
    const tidy = { signal: AbortSignal.timeout(tidyWithinMs), gracePeriodSeconds: signal.aborted ? 2 : 0 }
    const started = workload ?? { kind: 'Job', name: request.name, podName: request.name }
    await Promise.all([
      workload === undefined && !signal.aborted ? undefined : deleteWorkload(cluster, started, tidy),
      secret === undefined ? undefined : cluster.secrets.delete(secretName, tidy)
    ])
  }
}

async function follow(
  podName: string,
  { runnerPod }: Omit<StepPodRequest, 'env'>,
  context: StepPodContext,
  signal: AbortSignal
): Promise<number> {
  const { cluster, timings, output } = context
  const workspace = runnerPod.workClaim === undefined ? context.openWorkspace({ podName }) : undefined
  if (workspace !== undefined) {
    await waitUntilStarted(podName, stageContainerName, context, signal)
    await timings.measure('copy in', () => workspace.push(signal))
    await mark(podName, stageContainerName, 'staged', context, signal)
  }
  await timings.measure('start', () => waitUntilStarted(podName, stepContainerName, context, signal))
  const terminated = await timings.measure('run', async () => {
    await cluster.followLogs({ podName, container: stepContainerName, output, signal })
    return await waitForEnd(podName, context, signal)
  })
  if (workspace !== undefined) {
    await timings.measure('collect', () => workspace.pull(signal))
    await mark(podName, collectContainerName, 'collected', context, signal)
  }
  return exitCodeOf(podName, terminated)
}

async function waitUntilStarted(
  podName: string,
  container: string,
  context: StepPodContext,
  signal: AbortSignal
): Promise<void> {
  const { cluster, settings, logger } = context
  await waitForPod({
    pods: cluster.pods,
    podName,
    timeoutMs: settings.prepareJobTimeoutMs,
    imagePullGraceMs: settings.imagePullGraceMs,
    onTrouble: ({ message }) => logger.warning(message),
    until: pod => {
      const state = containerStatusOf(pod, container)?.state
      return state?.running !== undefined || state?.terminated !== undefined ? true : undefined
    },
    signal
  })
}

/** The kubelet reports the end a moment after the log's. */
async function waitForEnd(
  podName: string,
  { cluster, settings }: StepPodContext,
  signal: AbortSignal
): Promise<V1ContainerStateTerminated> {
  return await waitForPod({
    pods: cluster.pods,
    podName,
    timeoutMs: settings.prepareJobTimeoutMs,
    imagePullGraceMs: settings.imagePullGraceMs,
    until: pod => containerStatusOf(pod, stepContainerName)?.state?.terminated,
    signal
  })
}

/** The container may end before this exec does and cut it; that the container ends is what counts. */
async function mark(
  podName: string,
  container: string,
  marker: 'staged' | 'collected',
  { cluster }: StepPodContext,
  signal: AbortSignal
): Promise<void> {
  await cluster.exec({ podName, container, command: ['sh', '-c', `: > ${markerPath(marker)}`], signal })
}

function exitCodeOf(podName: string, { exitCode, reason, message }: V1ContainerStateTerminated): number {
  if (reason === 'OOMKilled') {
    throw new HookError(
      'STEP_OUT_OF_MEMORY',
      `The container of pod ${podName} was killed: it used more memory than its limit allows (OOMKilled).`,
      {
        hint: 'Raise the memory limit of $step in the hook template.',
        exitCode: 137
      }
    )
  }
  if (reason !== undefined && !['Completed', 'Error'].includes(reason)) {
    throw new HookError(
      'POD_FAILED',
      `The container of pod ${podName} ended: ${reason}${message === undefined ? '' : `: ${message.trim()}`}`,
      {
        exitCode: exitCode === 0 ? 1 : exitCode
      }
    )
  }
  return exitCode
}
