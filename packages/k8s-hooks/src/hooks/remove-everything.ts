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
  const lists = await Promise.allSettled([
    jobs.list(selector, signal).catch(noneWithoutPermission),
    pods.list(selector, signal),
    secrets.list(selector, signal)
  ])
  const [jobNames = [], podNames = [], secretNames = []] = lists.map(namesOf)
  // Jobs before pods: a Job that loses its pod could make another one.
  const deletedJobs = await deleteAll(jobNames, name => jobs.delete(name, { signal }))
  const [deletedPods, deletedSecrets] = await Promise.all([
    deleteAll(podNames, name => pods.delete(name, { signal, gracePeriodSeconds })),
    deleteAll(secretNames, name => secrets.delete(name, { signal }))
  ])
  throwFirstFailure([...lists, ...deletedJobs, ...deletedPods, ...deletedSecrets])
  return deletedJobs.length + deletedPods.length + deletedSecrets.length
}

function noneWithoutPermission(error: unknown): readonly Named[] {
  if (isPermissionDenied(error)) return []
  throw error
}

function namesOf(list: PromiseSettledResult<readonly Named[]>): readonly string[] {
  if (list.status === 'rejected') return []
  return list.value.flatMap(({ metadata }) => (metadata?.name === undefined ? [] : [metadata.name]))
}

async function deleteAll(
  names: readonly string[],
  deleteOne: (name: string) => Promise<void>
): Promise<readonly PromiseSettledResult<void>[]> {
  return await Promise.allSettled(names.map(deleteOne))
}

function throwFirstFailure(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason
  }
}
