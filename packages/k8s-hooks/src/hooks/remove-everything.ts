import { isPermissionDenied } from '../kubernetes/api-error.ts'
import { selectorOf } from '../pod-template/identity.ts'
import type { HookContext } from './hook-context.ts'

/** The job is over: nothing in its containers is waited for, and their names are free at once. */
const gracePeriodSeconds = 0

/**
 * Deletes every Job, pod and Secret that hooks of this runner pod created, and nothing else. What is already gone is fine.
 * A role without Jobs (kubernetes-novolume) has no Jobs to delete.
 */
export async function removeEverything({ cluster, settings }: HookContext, signal: AbortSignal): Promise<number> {
  const selector = selectorOf(settings.runnerPodName)
  const [jobs, pods, secrets] = await Promise.all([
    cluster.jobs.list(selector, signal).catch((error: unknown) => {
      if (isPermissionDenied(error)) return []
      throw error
    }),
    cluster.pods.list(selector, signal),
    cluster.secrets.list(selector, signal)
  ])
  const namesOf = (objects: readonly { readonly metadata?: { readonly name?: string } }[]): readonly string[] =>
    objects.flatMap(({ metadata }) => (metadata?.name === undefined ? [] : [metadata.name]))
  await Promise.all([
    ...namesOf(jobs).map(name => cluster.jobs.delete(name, { signal })),
    ...namesOf(pods).map(name => cluster.pods.delete(name, { signal, gracePeriodSeconds })),
    ...namesOf(secrets).map(name => cluster.secrets.delete(name, { signal }))
  ])
  return jobs.length + pods.length + secrets.length
}
