import { resolveTexts } from '../expressions/resolve-template.ts'
import type { Mapping } from '../workflow/template.ts'
import type { StepExecution } from './step-execution.ts'

/** Fills the `env` context: job, then composite actions around the step, then the step's own `env:`. */
export function prepareEnvironment(execution: StepExecution, env: Mapping): void {
  for (const [name, value] of execution.job.environment) execution.env.set(name, value)
  for (const [name, value] of execution.scope.composite?.environment ?? []) {
    execution.env.set(name, value)
    execution.ownEnv.set(name, value)
  }
  for (const [name, value] of resolveTexts(env, execution.expressionScope())) {
    execution.env.set(name, value)
    execution.ownEnv.set(name, value)
  }
}
