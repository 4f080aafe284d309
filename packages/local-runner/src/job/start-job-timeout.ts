import { resolveMinutes } from '../expressions/resolve-template.ts'
import { StepExecution } from '../steps/step-execution.ts'
import type { Job } from './job.ts'

const defaultMinutes = 360

/**
 * Cancels the job after its `timeout-minutes`, as the server does.
 *
 * @returns stops the clock
 */
export function startJobTimeout(job: Job, cancel: () => void): () => void {
  const { definition, machine, cancelSignal } = job.settings
  const execution = new StepExecution({
    job,
    scope: job.scope,
    id: '',
    displayName: '',
    signal: cancelSignal,
    state: new Map()
  })
  const minutes = resolveMinutes(definition.timeoutMinutes, execution.expressionScope()) || defaultMinutes
  const timer = setTimeout(() => {
    execution.log.error(`The job has exceeded the maximum execution time of ${minutes} minutes`)
    cancel()
  }, minutes * machine.minuteMs)
  timer.unref()
  return () => clearTimeout(timer)
}
