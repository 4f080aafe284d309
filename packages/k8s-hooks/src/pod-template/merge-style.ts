import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import { isDeepStrictEqual } from 'node:util'
import { fitResources } from './fit-resources.ts'

type Fields = Readonly<Record<string, unknown>>
type List = readonly unknown[]

/** The field by which two entries of a list are the same; entries of other lists are the same when they are equal. */
const listKeys: Readonly<Record<string, string>> = {
  env: 'name',
  volumeMounts: 'mountPath',
  volumes: 'name',
  initContainers: 'name',
  containers: 'name',
  imagePullSecrets: 'name'
}

/** Half of ours and half of the operator's would be neither: a probe has one handler, a command line is one sentence. */
const replacedWhole = ['command', 'args', 'readinessProbe', 'livenessProbe', 'startupProbe']

/**
 * A container styled by the operator: lists merge by key, objects deeply, and everything else is the operator's; name and image stay ours.
 * A limit or request of ours that no longer fits the operator's follows it. A field without a value (`env:` and nothing behind it) styles nothing.
 */
export function styleContainer(container: V1Container, style: Partial<V1Container> | undefined): V1Container {
  if (style === undefined) return container
  const merged = merge(container, style)
  const { resources } = style
  return {
    ...merged,
    ...(isFields(resources) && merged.resources !== undefined
      ? { resources: fitResources(merged.resources, resources) }
      : {}),
    name: container.name,
    ...(container.image === undefined ? {} : { image: container.image })
  }
}

/**
 * A pod spec styled by the operator. Our init containers come first, because the operator's may build on them.
 * The restart policy stays ours: a step that Kubernetes starts again would run twice.
 */
export function stylePodSpec(spec: V1PodSpec, style: Partial<V1PodSpec>): V1PodSpec {
  const styled = merge(spec, style)
  return spec.restartPolicy === undefined ? styled : { ...styled, restartPolicy: spec.restartPolicy }
}

function merge<T extends object>(ours: T, theirs: object): T {
  const own = new Map<string, unknown>(Object.entries(ours))
  const merged = Object.entries(theirs)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => [key, mergeValue(key, own.get(key), value)] as const)
  return { ...ours, ...Object.fromEntries(merged) }
}

function mergeValue(key: string, ours: unknown, theirs: unknown): unknown {
  if (replacedWhole.includes(key)) return theirs
  if (isList(ours) && isList(theirs)) {
    return key === 'nodeSelectorTerms' ? bothTerms(ours, theirs) : mergeLists(ours, theirs, listKeys[key])
  }
  return isFields(ours) && isFields(theirs) ? merge(ours, theirs) : theirs
}

function mergeLists(ours: List, theirs: List, key: string | undefined): List {
  const isSame = (one: unknown, other: unknown): boolean =>
    key !== undefined && isFields(one) && isFields(other) && one[key] !== undefined
      ? one[key] === other[key]
      : isDeepStrictEqual(one, other)
  const replaced = ours.map(item => theirs.find(other => isSame(item, other)) ?? item)
  return [...replaced, ...theirs.filter(item => !ours.some(other => isSame(item, other)))]
}

/** Kubernetes takes a node that fits any one of the terms; for a node that fits ours and theirs each pair becomes one term. */
function bothTerms(ours: List, theirs: List): List {
  return ours.flatMap(one => theirs.map(other => (isFields(one) && isFields(other) ? merge(one, other) : other)))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is List {
  return Array.isArray(value)
}
