import type { V1NodeSelectorRequirement, V1NodeSelectorTerm, V1PodSpec } from '@kubernetes/client-node'

/** Kubernetes' names of processors (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch) by Node's. */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64'
}

/** What names a node by itself. */
const nodeNames = ['metadata.name', 'kubernetes.io/hostname']

/**
 * Keeps a pod to Linux and to the runner's kind of processor: an image that was built on one kind does not run on another, nor does the Node that the
 * runner brings. One value each, because Google's autoscaler understands no more. An operator who names a label, or a node, has decided.
 * @param architecture what Node calls the runner's (`process.arch`)
 */
export function keepToFittingNodes(spec: V1PodSpec, architecture: string): V1PodSpec {
  const chosen = JSON.stringify([spec.nodeSelector, spec.affinity?.nodeAffinity])
  const names = (key: string): boolean => chosen.includes(`"${key}"`)
  const demanded = requirementsFor(architecture).filter(({ key }) => !names(key))
  if (spec.nodeName !== undefined || nodeNames.some(names) || demanded.length === 0) return spec
  const nodeAffinity = spec.affinity?.nodeAffinity
  // Any one of the terms is enough for Kubernetes.
  const terms: readonly V1NodeSelectorTerm[] = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms ?? [{}]
  const nodeSelectorTerms = terms.map(term => ({
    ...term,
    matchExpressions: [...(term.matchExpressions ?? []), ...demanded]
  }))
  return {
    ...spec,
    affinity: {
      ...spec.affinity,
      nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
    }
  }
}

function requirementsFor(architecture: string): readonly V1NodeSelectorRequirement[] {
  const name = architectures[architecture]
  return [
    ...(name === undefined ? [] : [{ key: 'kubernetes.io/arch', operator: 'In', values: [name] }]),
    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }
  ]
}
