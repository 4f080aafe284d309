import { ActionInstance } from '../actions/action-instance.ts'
import { evaluateCondition } from '../expressions/evaluate-condition.ts'
import type { JobStatus } from '../expressions/status-functions.ts'
import { resolveText } from '../expressions/resolve-template.ts'
import { runStep, runSteps } from '../steps/run-steps.ts'
import { outsideSteps } from '../steps/outside-steps.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import { mainSteps, preSteps } from './action-steps.ts'
import { completeJob } from './complete-job.ts'
import { containerSteps, runnerStep } from './container-stages.ts'
import { Job, type JobSettings } from './job.ts'
import { setUpJob } from './set-up-job.ts'
import { startJobTimeout } from './start-job-timeout.ts'

export interface JobResult {
  readonly result: JobStatus | 'skipped'
  readonly name: string
  readonly outputs: Readonly<Record<string, string>>
  readonly container: Readonly<Record<string, string>>
  readonly services: Readonly<Record<string, unknown>>
}

/**
 * Runs one job from "Set up job" to "Complete job" (0). `cancel` is called when the job has run for too long.
 *
 * @throws the reason of the kill signal
 */
export async function runJob(settings: JobSettings, cancel: () => void): Promise<JobResult> {
  const job = new Job(settings)
  const name = jobName(job)
  if (!jobRuns(job)) return { result: 'skipped', name, outputs: {}, container: {}, services: {} }
  const instances = settings.definition.steps.map(step => new ActionInstance(step))
  await runRunnerStep(job, 'Set up job', execution => setUpJob(execution, name, instances))
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
  await runRunnerStep(job, 'Complete job', execution => {
    outputs = completeJob(execution)
  })
  return {
    result: job.status,
    name,
    outputs,
    container: Object.fromEntries(job.containerContext),
    services: Object.fromEntries(job.servicesContext)
  }
}

async function runRunnerStep(job: Job, name: string, run: (execution: StepExecution) => void): Promise<void> {
  const step = runnerStep(name, 'always()', execution => {
    run(execution)
    return Promise.resolve()
  })
  await runStep(job, step)
}

function jobName(job: Job): string {
  const { id, name } = job.settings.definition
  return name === undefined ? id : resolveText(name, outsideSteps(job).expressionScope())
}

/** `if:` of the job is the server's to decide. */
function jobRuns(job: Job): boolean {
  return evaluateCondition(job.settings.definition.condition, outsideSteps(job).expressionScope())
}
