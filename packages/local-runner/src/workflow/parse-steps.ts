import type { StepDefinition } from './step-definition.ts'
import { withStepIds, type UnnamedStep } from './step-ids.ts'
import { isExpression, toMapping, toSequence, toText, valueOf, type Mapping, type Template } from './template.ts'

const supported = new Set([
  'id',
  'name',
  'if',
  'run',
  'uses',
  'with',
  'env',
  'shell',
  'working-directory',
  'continue-on-error',
  'timeout-minutes'
])

/**
 * The steps of a job or a composite action.
 *
 * @throws Error naming the step and what is wrong with it
 */
export function parseSteps(template: Template | undefined, place: string): readonly StepDefinition[] {
  const steps = toSequence(template, place).map((item, index) => {
    const stepPlace = `${place}[${index}]`
    return parseStep(toMapping(item, stepPlace), stepPlace)
  })
  return withStepIds(steps)
}

function parseStep(step: Mapping, place: string): UnnamedStep {
  for (const { key } of step.entries) {
    if (!supported.has(key)) throw new Error(`${place}: '${key}' is not supported by local-runner.`)
  }
  return {
    id: toText(valueOf(step, 'id'), `${place}.id`),
    name: valueOf(step, 'name'),
    condition: conditionOf(valueOf(step, 'if')),
    env: toMapping(valueOf(step, 'env'), `${place}.env`),
    continueOnError: valueOf(step, 'continue-on-error'),
    timeoutMinutes: valueOf(step, 'timeout-minutes'),
    action: actionOf(step, place)
  }
}

/** `if:` is an expression with or without the braces. */
export function conditionOf(template: Template | undefined): string | undefined {
  if (template === undefined || template === null) return undefined
  const text = isExpression(template) ? template.expression : toText(template, 'if')
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}

function actionOf(step: Mapping, place: string): StepDefinition['action'] {
  const script = valueOf(step, 'run')
  const uses = toText(valueOf(step, 'uses'), `${place}.uses`)
  if (script !== undefined && uses === undefined) {
    return {
      kind: 'run',
      script,
      shell: valueOf(step, 'shell'),
      workingDirectory: valueOf(step, 'working-directory')
    }
  }
  if (uses !== undefined && script === undefined) {
    return { kind: 'uses', uses, with: toMapping(valueOf(step, 'with'), `${place}.with`) }
  }
  throw new Error(`${place}: a step needs exactly one of 'run' and 'uses'.`)
}
