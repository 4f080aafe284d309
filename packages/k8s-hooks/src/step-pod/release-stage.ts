import { HookError } from '@k8s-hooks/hooklib'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { mostCutsInARow } from '../kubernetes/cut-limit.ts'
import { untilDone } from '../kubernetes/until-done.ts'
import { poll, type Sleep } from '../support/poll.ts'
import { stageContainerName, stagedMarker } from './step-pod.ts'

/**
 * Tells the container `stage` that the workspace is there, so that the action starts. The container may end before this exec does and cut it:
 * that it has ended is what counts. Marking it twice does no harm.
 * @throws HookError `POD_FAILED` when it cannot be told
 */
export async function releaseStage(
  podName: string,
  { cluster, sleep }: { readonly cluster: Pick<Cluster, 'exec' | 'pods'>; readonly sleep?: Sleep },
  signal: AbortSignal
): Promise<void> {
  const command = ['sh', '-c', untilDone(`: > ${stagedMarker}`)]
  let cuts = 0
  await poll(
    async () => {
      const result = await cluster.exec({ podName, container: stageContainerName, command, signal })
      if (result.kind === 'exited' && result.exitCode === 0) return true
      const pod = await cluster.pods.get(podName, signal)
      if (pod !== undefined && containerStatusOf(pod, stageContainerName)?.state?.terminated !== undefined) return true
      if (++cuts <= mostCutsInARow) return undefined
      const words = result.kind === 'exited' ? `exit code ${result.exitCode}` : result.reason
      throw new HookError(
        'POD_FAILED',
        `Container ${stageContainerName} of pod ${podName} cannot be released: ${words}`
      )
    },
    { signal, intervalMs: 200, maxIntervalMs: 1000, ...(sleep === undefined ? {} : { sleep }) }
  )
}
