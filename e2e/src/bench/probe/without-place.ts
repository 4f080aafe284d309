import type { V1PodSpec } from '@kubernetes/client-node'

/** The scheduler is to choose again. */
export function withoutPlace(spec: V1PodSpec): V1PodSpec {
  const copy = { ...spec }
  delete copy.nodeName
  return copy
}
