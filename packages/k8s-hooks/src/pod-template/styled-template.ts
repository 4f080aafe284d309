import type { V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node'
import { metadataOf, type Identity, type Role } from './identity.ts'
import type { HookTemplate } from './hook-template.ts'
import { styleContainer, stylePodSpec } from './merge-style.ts'

/** What is put around the spec of a pod that the hook runs. */
export interface PodStyle {
  readonly identity: Identity
  readonly template: HookTemplate
}

/**
 * A pod template with our metadata, the operator's pod-wide settings, and one of his container styles on one container.
 * His sidecars belong to the job pod: a step or a build with one would never end.
 */
export function styledTemplate(
  { identity, template }: PodStyle,
  { role, name, styledContainer, style }: { role: Role; name: string; styledContainer: string; style: string },
  spec: V1PodSpec
): V1PodTemplateSpec {
  const { containers: sidecars, ...podWide } = template.spec
  const containers = spec.containers.map(container =>
    container.name === styledContainer ? styleContainer(container, template.styles[style]) : container
  )
  const metadata = metadataOf(identity, role, name)
  return {
    metadata: {
      ...metadata,
      labels: { ...template.labels, ...metadata.labels },
      ...(Object.keys(template.annotations).length === 0 ? {} : { annotations: { ...template.annotations } })
    },
    spec: stylePodSpec(
      { ...spec, containers },
      role === 'job' && sidecars !== undefined ? { ...podWide, containers: sidecars } : podWide
    )
  }
}
