import type { Job } from '../job/job.ts'
import { StepExecution } from './step-execution.ts'

/** The job as expressions see it where no step runs. */
export function outsideSteps(job: Job): StepExecution {
  const { cancelSignal } = job.settings
  return new StepExecution({ job, scope: job.scope, id: '', displayName: '', signal: cancelSignal, state: new Map() })
}
