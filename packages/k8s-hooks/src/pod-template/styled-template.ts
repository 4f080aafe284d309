import type { V1Container, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { metadataOf, type Identity, type Role } from './identity.ts'
import type { HookTemplate } from './hook-template.ts'
import { divideStyle } from './divide-style.ts'
import { keepToFittingNodes } from './keep-to-fitting-nodes.ts'
import { styleContainer, stylePodSpec } from './merge-style.ts'

/** What is put around the spec of a pod that the hook runs. */
export interface PodStyle {
  readonly identity: Identity
  readonly template: HookTemplate
  /** What Node calls the runner's processor. */
  readonly architecture: string
}

/**
 * A pod template with our metadata, the operator's pod-wide settings, and one of his container styles on one container.
 * His sidecars belong to the job pod: a step or a build with one would never end. His user is that of jobs and steps.
 * @throws HookError `TEMPLATE_INVALID` when a container of his has the name of one of ours
 */
export function styledTemplate(
  { identity, template, architecture }: PodStyle,
  { role, name, styledContainer, style }: { role: Role; name: string; styledContainer: string; style: string },
  spec: V1PodSpec
): V1PodTemplateSpec {
  const { containers: sidecars, ...podWide } = role === 'builder' ? withoutUser(template.spec) : template.spec
  const forAll = role === 'job' && sidecars !== undefined ? { ...podWide, containers: sidecars } : podWide
  const { ofPod, ofContainer } = divideStyle(template.styles[style])
  const theirs = stylePodSpec({ containers: [], ...forAll }, ofPod)
  throwIfNamesMeet(spec, theirs)
  const styled = (container: V1Container): V1Container =>
    container.name === styledContainer ? styleContainer(container, ofContainer) : container
  const metadata = metadataOf(identity, role, name)
  const meant = namesOf(spec).includes(styledContainer) ? { [defaultContainer]: styledContainer } : {}
  const annotations = { ...undisturbed, ...meant, ...template.annotations, ...metadata.annotations }
  return {
    metadata: {
      ...metadata,
      labels: { ...template.labels, ...metadata.labels },
      annotations
    },
    spec: keepToFittingNodes(
      stylePodSpec(
        {
          ...spec,
          ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(styled) }),
          containers: spec.containers.map(styled)
        },
        theirs
      ),
      architecture
    )
  }
}

/**
 * A job cannot be moved, and Karpenter ends pods without a controller as well to save a node (https://karpenter.sh/docs/concepts/disruption). The Cluster
 * Autoscaler does not, and its own annotation would give each pod a node of another kind on GKE Autopilot.
 */
const undisturbed = { 'karpenter.sh/do-not-disrupt': 'true' }

/** `kubectl logs` and `kubectl exec` without `-c` mean this one, and not one that moves files. */
const defaultContainer = 'kubectl.kubernetes.io/default-container'

const userFields = ['runAsUser', 'runAsGroup', 'runAsNonRoot']

/** Builders are root in their container; who runs jobs as another user for that reason still builds. `$builder` may say otherwise. */
function withoutUser(spec: HookTemplate['spec']): HookTemplate['spec'] {
  const { securityContext } = spec
  if (securityContext === undefined) return spec
  const kept = Object.entries(securityContext).filter(([field]) => !userFields.includes(field))
  return { ...spec, securityContext: Object.fromEntries(kept) }
}

/** Merged by name, his container would take the place of ours, and the job would run in it. */
function throwIfNamesMeet(ours: V1PodSpec, theirs: Partial<V1PodSpec>): void {
  const ourNames = namesOf(ours)
  const met = namesOf(theirs).find(name => ourNames.includes(name))
  if (met === undefined) return
  throw new HookError('TEMPLATE_INVALID', `The hook template has a container ${met}; this pod has one of that name.`, {
    hint: 'Rename it. To style a container of the hook instead, write $job, $step, $builder or $<service image>.'
  })
}

function namesOf({ containers, initContainers }: Partial<V1PodSpec>): readonly string[] {
  return [...(initContainers ?? []), ...(containers ?? [])].map(({ name }) => name)
}
