import { HookError } from '@k8s-hooks/hooklib'
import { waitForPod, type WaitForPodOptions } from '../kubernetes/wait-for-pod.ts'
import type { BuilderDeps } from './builder-deps.ts'

/** Waits for something in the builder's pod. Throws HookError BUILDER_POD_FAILED with the kubelet's or scheduler's words. */
export async function waitInBuilderPod<T>(
  deps: Pick<BuilderDeps, 'cluster' | 'logger' | 'imagePullGraceMs' | 'stageTimeoutsMs' | 'sleep' | 'now'>,
  podName: string,
  until: WaitForPodOptions<T>['until'],
  signal: AbortSignal
): Promise<T> {
  try {
    return await waitForPod({
      pods: deps.cluster.pods,
      podName,
      until,
      // The build as a whole has a deadline.
      timeoutMs: Number.POSITIVE_INFINITY,
      stageTimeoutsMs: { ...deps.stageTimeoutsMs, start: undefined },
      imagePullGraceMs: deps.imagePullGraceMs,
      onTrouble: ({ message }) => deps.logger.warning(`Builder pod ${podName}: ${message}`),
      signal,
      ...(deps.sleep === undefined ? {} : { sleep: deps.sleep }),
      ...(deps.now === undefined ? {} : { now: deps.now })
    })
  } catch (error) {
    if (!(error instanceof HookError) || !/^(?:POD|IMAGE)_/.test(error.code)) throw error
    throw new HookError('BUILDER_POD_FAILED', `The image was not built. ${error.message}`, {
      hint: error.code === 'IMAGE_PULL_FAILED' ? imageHint : (error.hint ?? `kubectl describe pod ${podName}`),
      cause: error
    })
  }
}

const imageHint =
  'ACTIONS_RUNNER_CONTAINER_HOOKS_BUILDER_IMAGE names the image of the builder, for example a copy in a registry that the nodes reach.'
