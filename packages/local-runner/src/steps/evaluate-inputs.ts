import type { LoadedAction } from '../actions/action-manifest.ts'
import { resolveText, resolveTexts } from '../expressions/resolve-template.ts'
import type { StepDefinition } from '../workflow/step-definition.ts'
import type { StepExecution } from './step-execution.ts'
import { StepInputs } from './step-inputs.ts'

/** `with:` with container paths, then the defaults of action.yml; warns of what the action does not know. */
export function evaluateInputs(execution: StepExecution, step: StepDefinition, action: LoadedAction): StepInputs {
  const inputs = new StepInputs()
  if (step.action.kind !== 'uses') return inputs
  for (const [name, value] of resolveTexts(step.action.with, execution.inputScope())) inputs.set(name, value)
  const given = inputs.entries.map(({ name }) => name)
  for (const input of action.inputs) {
    if (input.deprecationMessage !== undefined && inputs.has(input.name)) {
      execution.log.warning(`Input '${input.name}' has been deprecated with message: ${input.deprecationMessage}`)
    }
    if (!inputs.has(input.name)) inputs.set(input.name, resolveText(input.default, execution.expressionScope()))
  }
  if (!step.action.uses.startsWith('docker://')) warnOfUnexpected(execution, given, action)
  return inputs
}

function warnOfUnexpected(execution: StepExecution, given: readonly string[], action: LoadedAction): void {
  const valid = [
    ...(action.runs.kind === 'docker' ? ['entryPoint', 'args'] : []),
    ...action.inputs.map(input => input.name)
  ]
  const known = new Set(valid.map(name => name.toLowerCase()))
  const unexpected = given.filter(name => !known.has(name.toLowerCase()))
  if (unexpected.length === 0) return
  execution.log.warning(`Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid.join("', '")}']`)
}
