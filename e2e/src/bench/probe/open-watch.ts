import { EventEmitter, once } from 'node:events'
import { type KubeConfig, type V1Pod, Watch } from '@kubernetes/client-node'

type Selector = { readonly fieldSelector: string } | { readonly labelSelector: string }

/**
 * Resolves once the watch is open, so that no event is missed; `pod` resolves with the first pod that is wanted, and rejects
 * with what `isWanted` throws. A watch that the server ends is opened again.
 */
export async function openWatch(
  config: KubeConfig,
  namespace: string,
  selector: Selector,
  isWanted: (pod: V1Pod) => boolean
): Promise<{ readonly pod: Promise<V1Pod> }> {
  const found = new EventEmitter()
  const pod = once(found, 'pod').then(([first]) => first as V1Pod)
  let stop = (): void => undefined
  let isOver = false
  const onPod = (phase: string, seen: V1Pod): void => {
    // An ERROR tells that the watch ends; what it brings is no pod.
    if (isOver || !['ADDED', 'MODIFIED'].includes(phase)) return
    try {
      if (!isWanted(seen)) return
      found.emit('pod', seen)
    } catch (error) {
      found.emit('error', error)
    }
    isOver = true
  }
  const open = async (): Promise<void> => {
    const again = (): void => {
      if (!isOver) void open()
    }
    // From what the API server has in memory: the newest state it would first have to ask for, which takes three seconds when nothing happens.
    const query = { ...selector, resourceVersion: '0' }
    const controller = await new Watch(config).watch(`/api/v1/namespaces/${namespace}/pods`, query, onPod, again)
    stop = () => controller.abort()
  }
  await open()
  return { pod: pod.finally(() => stop()) }
}
