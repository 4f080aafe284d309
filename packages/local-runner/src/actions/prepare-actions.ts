import type { StepLog } from '../log/step-log.ts'
import { ActionInstance } from './action-instance.ts'
import { referenceOf, type ActionSource } from './action-stages.ts'
import { createCheckoutAction, isCheckout } from './checkout/create-checkout-action.ts'
import { downloadAction } from './download-action.ts'
import { loadAction } from './load-action.ts'

export interface DownloadSource extends ActionSource {
  /** Holds `owner/repo[/path]` folders. */
  readonly actionsDirectory: string | undefined
  /** What `actions/checkout` checks out, and where `$/…` is. */
  readonly repositoryDirectory: string
}

const maximumDepth = 9

/**
 * Fetches the actions that the steps use, and those that composite actions among them use: at "Set up job", and again
 * in the middle of a job when a local composite action is met (0, 2.1).
 *
 * @throws Error when an action is not there or its action.yml is wrong
 */
export function prepareActions(
  instances: readonly ActionInstance[],
  source: DownloadSource,
  log: StepLog,
  depth = 0
): void {
  if (depth > maximumDepth) throw new Error(`Composite action depth exceeded max depth ${maximumDepth}`)
  if (instances.some(instance => referenceOf(instance, source)?.kind === 'remote')) {
    log.output('Getting action download info')
  }
  for (const instance of instances) {
    const reference = referenceOf(instance, source)
    if (reference?.kind !== 'remote') continue
    if (isCheckout(reference)) createCheckoutAction(reference, source, log)
    else downloadAction(reference, source, log)
    const { runs } = loadAction(reference, source.layout)
    if (runs.kind !== 'composite') continue
    instance.children = runs.steps.map(step => new ActionInstance(step))
    prepareActions(instance.children, source, log, depth + 1)
  }
}
