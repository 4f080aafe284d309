import { kubectl } from './kubectl.ts'
import { registryStatusOf } from './registry.ts'
import type { WorkflowRun } from './run-workflow.ts'
import { runnerPodName, type Site } from './site.ts'

/** Pods, Jobs and Secrets in the namespace beside the runner pod, as `kind/name`; what is being deleted does not count. */
export async function leftoversOf({ namespace }: Pick<Site, 'namespace'>): Promise<readonly string[]> {
  const list = await kubectl(['-n', namespace, 'get', 'pods,jobs,secrets', '-o', 'json'])
  return (JSON.parse(list) as ObjectList).items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .filter(name => name !== `Pod/${runnerPodName}`)
}

interface ObjectList {
  readonly items: readonly {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  }[]
}

/** Temporary images that a run has built, as nodes pull them. */
export function builtImagesOf({ stages }: WorkflowRun): readonly string[] {
  return stages.flatMap(({ stage, image }) => (stage === 'image built' && image !== undefined ? [image] : []))
}

/** The registry's HTTP status for each temporary image of a run: 404 is gone. */
export async function imageStatusesOf(run: WorkflowRun, registryUrl: string): Promise<readonly number[]> {
  return await Promise.all([...new Set(builtImagesOf(run))].map(image => registryStatusOf(registryUrl, image)))
}

/** What the hook says when it could not delete what a job has built. */
export function imagesStayLines({ log }: Pick<WorkflowRun, 'log'>): readonly string[] {
  return log.split('\n').filter(line => line.includes('Temporary images stay in the registry'))
}
