import { resolveText } from '../expressions/resolve-template.ts'
import type { StepDefinition } from '../workflow/step-definition.ts'
import { isExpression, type Template } from '../workflow/template.ts'
import { firstLine } from './print-details.ts'
import type { StepExecution } from './step-execution.ts'

/** `name:`, or `Run …` with the action or the first line of the script. An expression that fails is shown as written. */
export function displayName({ name, action }: StepDefinition, execution: StepExecution): string {
  if (name !== undefined) return firstLine(evaluate(name, execution))
  if (action.kind === 'uses') return `Run ${action.uses}`
  return `Run ${firstLine(evaluate(action.script, execution))}`
}

function evaluate(template: Template, execution: StepExecution): string {
  try {
    return resolveText(template, execution.expressionScope())
  } catch {
    return isExpression(template) ? `\${{ ${template.expression} }}` : ''
  }
}
