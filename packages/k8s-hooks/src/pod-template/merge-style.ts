import type { V1Container, V1PodSpec } from '@kubernetes/client-node'

type Fields = Readonly<Record<string, unknown>>

/** The key by which two entries of a list are the same; lists not named here are put one after the other. */
const listKeys: Readonly<Record<string, string>> = {
  env: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  volumes: 'name',
  initContainers: 'name',
  containers: 'name',
  imagePullSecrets: 'name'
}

/** A container styled by the operator: lists merge by key, objects deeply, and everything else is the operator's; name and image stay ours. */
export function styleContainer(container: V1Container, style: Partial<V1Container> | undefined): V1Container {
  if (style === undefined) return container
  return {
    ...(merge({ ...container }, { ...style }) as V1Container),
    name: container.name,
    ...(container.image === undefined ? {} : { image: container.image })
  }
}

/** A pod spec styled by the operator. Our init containers come first, because the operator's may build on them. */
export function stylePodSpec(spec: V1PodSpec, style: Partial<V1PodSpec>): V1PodSpec {
  return merge({ ...spec }, { ...style }) as V1PodSpec
}

function merge(ours: Fields, theirs: Fields): unknown {
  const merged: Record<string, unknown> = { ...ours }
  for (const [key, value] of Object.entries(theirs)) {
    if (value !== undefined) merged[key] = mergeValue(key, ours[key], value)
  }
  return merged
}

function mergeValue(key: string, ours: unknown, theirs: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(theirs) && key !== 'command' && key !== 'args') {
    return mergeLists(ours as readonly unknown[], theirs as readonly unknown[], listKeys[key])
  }
  return isFields(ours) && isFields(theirs) ? merge(ours, theirs) : theirs
}

function mergeLists(ours: readonly unknown[], theirs: readonly unknown[], key: string | undefined): readonly unknown[] {
  if (key === undefined) return [...ours, ...theirs]
  const idOf = (item: unknown): unknown => (isFields(item) ? item[key] : undefined)
  const replaced = ours.map(item => theirs.find(other => idOf(other) === idOf(item)) ?? item)
  return [...replaced, ...theirs.filter(item => !ours.some(other => idOf(other) === idOf(item)))]
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
