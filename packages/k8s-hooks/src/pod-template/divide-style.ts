import type { V1Container, V1PodSpec } from '@kubernetes/client-node'

/** Fields of a pod that a `$…` section may have beside those of a container; none of them is a container's. */
const podFields: ReadonlySet<string> = new Set([
  'affinity',
  'dnsConfig',
  'dnsPolicy',
  'hostAliases',
  'hostUsers',
  'imagePullSecrets',
  'nodeSelector',
  'priorityClassName',
  'runtimeClassName',
  'schedulerName',
  'serviceAccountName',
  'automountServiceAccountToken',
  'tolerations',
  'topologySpreadConstraints',
  'volumes'
] satisfies readonly (keyof V1PodSpec)[])

/** Sections that style a pod of their own; a service shares that of the job. */
const podStyles: ReadonlySet<string> = new Set(['$job', '$step', '$builder'])

/** A field of a pod in a `$…` section that styles none: nobody would see it. */
export function misplacedPodField(section: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  return podStyles.has(section) || !section.startsWith('$')
    ? undefined
    : Object.keys(fields).find(name => podFields.has(name))
}

export interface DividedStyle {
  readonly ofPod: Partial<V1PodSpec>
  readonly ofContainer: Partial<V1Container> | undefined
}

/**
 * A section of the hook template styles a container, and the pod around it: builders on nodes of their own, in a sandbox,
 * or with a service account of their own need no template for all pods.
 */
export function divideStyle(style: Partial<V1Container> | undefined): DividedStyle {
  if (style === undefined) return { ofPod: {}, ofContainer: undefined }
  const fields = Object.entries(style)
  return {
    ofPod: Object.fromEntries(fields.filter(([name]) => podFields.has(name))),
    ofContainer: Object.fromEntries(fields.filter(([name]) => !podFields.has(name)))
  }
}
