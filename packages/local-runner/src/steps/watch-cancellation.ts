import { evaluateCondition } from '../expressions/evaluate-condition.ts'
import type { StepExecution } from './step-execution.ts'

/** Why a step's signal is aborted. */
export class StepCancelled extends Error {
  constructor() {
    super('The operation was canceled.')
    this.name = 'StepCancelled'
  }
}

/**
 * Passes the job's cancellation on to a running step when its condition no longer holds: `always()` steps go on (1.10).
 *
 * @returns ends the watch
 */
export function watchCancellation(
  execution: StepExecution,
  condition: string | undefined,
  controller: AbortController
): () => void {
  const { job } = execution
  const { cancelSignal, killSignal } = job.settings
  const cancelled = (): void => {
    job.status = 'cancelled'
    if (!stillHolds(execution, condition)) controller.abort(new StepCancelled())
  }
  const killed = (): void => controller.abort(killSignal.reason)
  killSignal.addEventListener('abort', killed, { once: true })
  if (cancelSignal.aborted) job.status = 'cancelled'
  else cancelSignal.addEventListener('abort', cancelled, { once: true })
  return () => {
    cancelSignal.removeEventListener('abort', cancelled)
    killSignal.removeEventListener('abort', killed)
  }
}

function stillHolds(execution: StepExecution, condition: string | undefined): boolean {
  try {
    return evaluateCondition(condition, execution.expressionScope())
  } catch {
    return false
  }
}
