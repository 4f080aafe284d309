import type { StepDefinition } from '../workflow/step-definition.ts'

export type Stage = 'pre' | 'main' | 'post'

/** One use of an action or script in a job; pre, main and post of it share its state. */
export class ActionInstance {
  readonly step: StepDefinition
  readonly state = new Map<string, string>()
  /** Steps of a composite action, once the action has been read. */
  children: readonly ActionInstance[] | undefined
  /** Its post stage is due at the end of the job, or of the composite action around it. */
  postRegistered = false

  constructor(step: StepDefinition) {
    this.step = step
  }
}
