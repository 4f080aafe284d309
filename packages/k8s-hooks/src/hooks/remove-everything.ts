import { isPermissionDenied } from '../kubernetes/api-error.ts'
import { selectorOf } from '../pod-template/identity.ts'
import type { HookContext } from './hook-context.ts'

/** The job is over: nothing in its containers is waited for, and their names are free at once. */
const gracePeriodSeconds = 0

interface RemoveContext {
  readonly cluster: Pick<HookContext['cluster'], 'jobs' | 'pods' | 'secrets'>
  readonly settings: Pick<HookContext['settings'], 'runnerPodName'>
}

interface Named {
  readonly metadata?: { readonly name?: string }
}

/**
 * Deletes every Job, pod and Secret that hooks of this runner pod created, and nothing else; returns their number. What is already gone is fine.
 * A role without Jobs (kubernetes-novolume) has no Jobs to delete. A failure keeps nothing else from being deleted; the first one is thrown then.
 */
export async function removeEverything(
  { cluster: { jobs, pods, secrets }, settings }: RemoveContext,
  signal: AbortSignal
): Promise<number> {
  const selector = selectorOf(settings.runnerPodName)
  const removeJobs = async (): Promise<number> =>
    await removeAll(await jobs.list(selector, signal).catch(noneWithoutPermission), name =>
      jobs.delete(name, { signal })
    )
  const removePods = async (): Promise<number> =>
    await removeAll(await pods.list(selector, signal), name => pods.delete(name, { signal, gracePeriodSeconds }))
  const removeSecrets = async (): Promise<number> =>
    await removeAll(await secrets.list(selector, signal), name => secrets.delete(name, { signal }))
  // Jobs before pods: a Job that loses its pod could make another one.
  const removed = removeJobs()
  const counts = await Promise.allSettled([removed, removed.then(removePods, removePods), removeSecrets()])
  return valuesOf(counts).reduce((sum, count) => sum + count, 0)
}

function noneWithoutPermission(error: unknown): readonly Named[] {
  if (isPermissionDenied(error)) return []
  throw error
}

async function removeAll(objects: readonly Named[], remove: (name: string) => Promise<void>): Promise<number> {
  const names = objects.flatMap(({ metadata }) => (metadata?.name === undefined ? [] : [metadata.name]))
  return valuesOf(await Promise.allSettled(names.map(remove))).length
}

/** Throws the first failure, when everything has ended. */
function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): readonly T[] {
  return results.map(result => {
    if (result.status === 'fulfilled') return result.value
    throw result.reason
  })
}
