import type { StepDefinition } from './step-definition.ts'
import type { Mapping, Template } from './template.ts'

/** One job of a workflow, with what it inherits from the workflow. */
export interface JobDefinition {
  readonly id: string
  readonly name: Template | undefined
  readonly condition: string | undefined
  /** Workflow first, job last: later ones win. */
  readonly env: readonly Mapping[]
  readonly defaults: readonly Mapping[]
  readonly container: Template | undefined
  readonly services: Mapping
  readonly outputs: Mapping
  readonly timeoutMinutes: Template | undefined
  readonly requestsIdToken: boolean
  readonly steps: readonly StepDefinition[]
  /** Keys that only the server acts on, by name. */
  readonly ignored: readonly string[]
}

export interface DispatchInput {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default: string | number | boolean | undefined
  readonly options: readonly string[]
}

export interface Workflow {
  readonly name: string
  readonly events: readonly string[]
  readonly inputs: readonly DispatchInput[]
  readonly job: JobDefinition
}
