import { ActionInstance } from '../actions/action-instance.ts'
import type { JobStatus } from '../expressions/status-functions.ts'
import { resolveText } from '../expressions/resolve-template.ts'
import { runStep, runSteps } from '../steps/run-steps.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import { mainSteps, preSteps } from './action-steps.ts'
import { completeJob } from './complete-job.ts'
import { containerSteps, runnerStep } from './container-stages.ts'
import { Job, type JobSettings } from './job.ts'
import { setUpJob } from './set-up-job.ts'
import { startJobTimeout } from './start-job-timeout.ts'

export interface JobResult {
  readonly result: JobStatus
  readonly name: string
  readonly outputs: Readonly<Record<string, string>>
  readonly container: Readonly<Record<string, string>>
  readonly services: Readonly<Record<string, unknown>>
}

/** Runs one job from "Set up job" to "Complete job" (0). */
export async function runJob(settings: JobSettings, cancel: () => void): Promise<JobResult> {
  const job = new Job(settings)
  const instances = settings.definition.steps.map(step => new ActionInstance(step))
  let name = settings.definition.id
  const setUp = async (execution: StepExecution): Promise<void> => {
    name = jobName(execution)
    setUpJob(execution, name, instances)
    await Promise.resolve()
  }
  await runStep(job, runnerStep('Set up job', 'always()', setUp))
  const stopTimeout = startJobTimeout(job, cancel)
  try {
    // A job that could not be set up has no steps at all: no hook is called.
    if (job.status === 'success') {
      await runSteps(job, [...containerSteps(job), ...preSteps(job, instances), ...mainSteps(instances)])
    }
  } finally {
    stopTimeout()
  }
  let outputs: Readonly<Record<string, string>> = {}
  const complete = async (execution: StepExecution): Promise<void> => {
    outputs = completeJob(execution)
    await Promise.resolve()
  }
  await runStep(job, runnerStep('Complete job', 'always()', complete))
  return {
    result: job.status,
    name,
    outputs,
    container: Object.fromEntries(job.containerContext),
    services: Object.fromEntries(job.servicesContext)
  }
}

function jobName(execution: StepExecution): string {
  const { id, name } = execution.job.settings.definition
  return name === undefined ? id : resolveText(name, execution.expressionScope())
}
