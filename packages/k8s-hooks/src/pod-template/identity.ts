import type { V1ObjectMeta } from '@kubernetes/client-node'
import { labelValue } from '../kubernetes/object-name.ts'

/** Whose objects these are: the runner pod, and the workflow job that it runs. */
export interface Identity {
  readonly runnerPodName: string
  readonly runnerPodUid: string
  /** Of GITHUB_*, for operators that look at pods; empty where they do not want it. */
  readonly workflow: Readonly<Partial<Record<'repository' | 'workflow' | 'run-id' | 'job', string | undefined>>>
}

export type Role = 'job' | 'step' | 'builder' | 'secret'

/** ARC deletes pods and secrets with this label when the runner is gone (contract 4.5). */
const collectorLabel = 'runner-pod'

/**
 * Metadata for everything that the hook creates: a label for ARC's collector and an owner for Kubernetes' own,
 * so that neither a killed hook nor a killed runner leaks anything. The workflow stands in labels as far as Kubernetes takes it there,
 * and as it is in annotations.
 */
export function metadataOf(identity: Identity, role: Role, name: string): V1ObjectMeta {
  const { runnerPodName, runnerPodUid, workflow } = identity
  const annotations = Object.entries(workflow)
    .map(([key, value]) => [`k8s-hooks/${key}`, value ?? ''] as const)
    .filter(([, value]) => value !== '')
  const described = annotations
    .map(([key, value]) => [key, labelValue(value)] as const)
    .filter(([, value]) => value !== '')
  return {
    name,
    labels: {
      [collectorLabel]: labelValue(runnerPodName),
      'k8s-hooks/role': role,
      'k8s-hooks/name': name,
      ...Object.fromEntries(described)
    },
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: runnerPodName, uid: runnerPodUid }]
  }
}

/** Selects everything that hooks of this runner pod created, and nothing else. */
export function selectorOf(runnerPodName: string): string {
  return `${collectorLabel}=${labelValue(runnerPodName)},k8s-hooks/role`
}
