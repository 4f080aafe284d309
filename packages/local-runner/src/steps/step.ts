import type { Mapping, Template } from '../workflow/template.ts'
import type { StepExecution } from './step-execution.ts'

/** One entry in the list of the job: an action's stage, or a stage of the runner itself. */
export interface Step {
  /** Name in the `steps` context; empty for everything but the main stage of a step. */
  readonly id: string
  /** `GITHUB_ACTION`; undefined for stages of the runner itself. */
  readonly actionName: string | undefined
  readonly name: (execution: StepExecution) => string
  readonly condition: string | undefined
  readonly env: Mapping
  readonly continueOnError: Template | undefined
  readonly timeoutMinutes: Template | undefined
  /** State that pre, main and post of one action share. */
  readonly state: Map<string, string>
  readonly run: (execution: StepExecution) => Promise<void>
}
