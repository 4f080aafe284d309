import type { Layout } from '../job/layout.ts'
import type { ActionInstance } from './action-instance.ts'
import type { ActionReference, SelfRepository } from './action-reference.ts'
import { parseActionReference } from './action-reference.ts'
import { loadAction } from './load-action.ts'
import type { LoadedAction } from './action-manifest.ts'

export interface ActionSource {
  readonly layout: Layout
  readonly self: SelfRepository
}

/** Undefined for a script. */
export function referenceOf(instance: ActionInstance, { self }: ActionSource): ActionReference | undefined {
  const { action } = instance.step
  return action.kind === 'uses' ? parseActionReference(action.uses, self) : undefined
}

/** Only actions from a repository have a pre stage: a local one is not there yet when the job is set up (2.1). */
export function hasPre(instance: ActionInstance, source: ActionSource): boolean {
  const reference = referenceOf(instance, source)
  return reference?.kind === 'remote' && declaresPre(instance, loadAction(reference, source.layout), source)
}

/** What action.yml says, wherever the action comes from. */
export function declaresPre(instance: ActionInstance, action: LoadedAction, source: ActionSource): boolean {
  const { runs } = action
  if (runs.kind === 'composite') return (instance.children ?? []).some(child => hasPre(child, source))
  return runs.kind !== 'script' && runs.pre !== undefined
}

/** A local action inside a composite one cannot be read ahead, so the runner counts on a post stage. */
export function declaresPost(instance: ActionInstance, action: LoadedAction, source: ActionSource): boolean {
  const { runs } = action
  if (runs.kind !== 'composite') return runs.kind !== 'script' && runs.post !== undefined
  return (instance.children ?? []).some(child => {
    const reference = referenceOf(child, source)
    if (reference === undefined || reference.kind === 'docker') return false
    return reference.kind === 'local' || declaresPost(child, loadAction(reference, source.layout), source)
  })
}
