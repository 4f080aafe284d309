import { data } from '@actions/expressions'
import type { ExpressionFunction } from './expression-scope.ts'

export type JobStatus = 'success' | 'failure' | 'cancelled'

export interface StatusSource {
  readonly job: () => JobStatus
  /** Inside a composite action `success()` and `failure()` speak of that action, not of the job. */
  readonly action: (() => JobStatus) | undefined
}

export function statusFunctions({ job, action }: StatusSource): readonly ExpressionFunction[] {
  const own = action ?? job
  return [
    statusFunction('always', () => true),
    statusFunction('cancelled', () => job() === 'cancelled'),
    statusFunction('failure', () => own() === 'failure'),
    statusFunction('success', () => own() === 'success')
  ]
}

function statusFunction(name: string, holds: () => boolean): ExpressionFunction {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(holds()) }
}
