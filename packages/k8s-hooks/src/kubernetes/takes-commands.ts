import type { V1Pod } from '@kubernetes/client-node'
import type { Exec } from './cluster.ts'
import { containerStatusOf } from './container-status.ts'
import { untilDone } from './until-done.ts'

/** Whether a container that has `sh` takes commands. It is tried, because the kubelet says that it runs up to a second after it does. */
export async function takesCommands(
  exec: Exec,
  { pod, podName, container }: { readonly pod: V1Pod; readonly podName: string; readonly container: string },
  signal: AbortSignal
): Promise<boolean> {
  if (pod.spec?.nodeName === undefined) return false
  if (containerStatusOf(pod, container)?.state?.running !== undefined) return true
  const result = await exec({ podName, container, command: ['sh', '-c', untilDone(':')], signal })
  return result.kind === 'exited' && result.exitCode === 0
}
