import type { LoadedAction } from '../actions/action-manifest.ts'
import type { ActionInstance, Stage } from '../actions/action-instance.ts'
import type { StepExecution } from './step-execution.ts'
import type { StepInputs } from './step-inputs.ts'

/** One stage of one action, ready to run. */
export interface ActionRun {
  readonly execution: StepExecution
  readonly instance: ActionInstance
  readonly stage: Stage
  readonly action: LoadedAction
  readonly inputs: StepInputs
  /** `env` and `STATE_*`; handlers add what their kind of action gets. */
  readonly environment: Map<string, string>
}
