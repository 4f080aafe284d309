import type { ContextObject } from '../expressions/context-value.ts'
import type { JobStatus } from '../expressions/status-functions.ts'
import type { StepConclusion } from '../log/log-sink.ts'

/** A composite action around its steps. */
export interface CompositeScope {
  readonly inputs: ContextObject
  /** Host path of the action's folder: `github.action_path`. */
  readonly actionPath: string
  readonly status: () => JobStatus
  /** `env:` of the step that uses the action, and of the actions around it: stronger than `GITHUB_ENV` inside. */
  readonly environment: ReadonlyMap<string, string>
}

interface StepState {
  readonly outputs: Map<string, string>
  outcome?: StepConclusion
  conclusion?: StepConclusion
}

/** The `steps` context: one for the job's steps and one for each use of a composite action. */
export class Scope {
  readonly composite: CompositeScope | undefined
  readonly #steps = new Map<string, StepState>()

  constructor(composite: CompositeScope | undefined) {
    this.composite = composite
  }

  /** Nothing is kept for a stage without a name: pre, post, and what the runner does itself. */
  setOutput(stepId: string, name: string, value: string): void {
    if (stepId !== '') this.#stateOf(stepId).outputs.set(name, value)
  }

  setResult(stepId: string, outcome: StepConclusion, conclusion: StepConclusion): void {
    if (stepId !== '') Object.assign(this.#stateOf(stepId), { outcome, conclusion })
  }

  outputsOf(stepId: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#steps.get(stepId)?.outputs ?? [])
  }

  context(): ContextObject {
    return Object.fromEntries(
      [...this.#steps].map(([id, { outputs, outcome, conclusion }]) => [
        id,
        {
          outputs: Object.fromEntries(outputs),
          ...(outcome === undefined ? {} : { outcome }),
          ...(conclusion === undefined ? {} : { conclusion })
        }
      ])
    )
  }

  #stateOf(stepId: string): StepState {
    const known = this.#steps.get(stepId)
    if (known !== undefined) return known
    const state: StepState = { outputs: new Map() }
    this.#steps.set(stepId, state)
    return state
  }
}
