import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

/** Status of a container or init container by name; undefined until the kubelet has reported one. */
export function containerStatusOf(pod: V1Pod, name: string): V1ContainerStatus | undefined {
  return allContainerStatuses(pod).find(status => status.name === name)
}

export function allContainerStatuses(pod: V1Pod): readonly V1ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}
