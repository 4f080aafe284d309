import { resolveMinutes } from '../expressions/resolve-template.ts'
import { outsideSteps } from '../steps/outside-steps.ts'
import type { Job } from './job.ts'

const defaultMinutes = 360

/**
 * Cancels the job after its `timeout-minutes`, as the server does.
 *
 * @returns stops the clock
 */
export function startJobTimeout(job: Job, cancel: () => void): () => void {
  const { definition, machine } = job.settings
  const execution = outsideSteps(job)
  const minutes = resolveMinutes(definition.timeoutMinutes, execution.expressionScope()) || defaultMinutes
  const timer = setTimeout(() => {
    execution.log.error(`The job has exceeded the maximum execution time of ${minutes} minutes`)
    cancel()
  }, minutes * machine.minuteMs)
  timer.unref()
  return () => clearTimeout(timer)
}
