import type { ContextObject, ContextValue } from '../expressions/context-value.ts'
import type { DispatchInput } from '../workflow/job-definition.ts'

/**
 * The `inputs` context of workflow_dispatch.
 *
 * @throws Error naming an input that is unknown, missing, or not of its type
 */
export function resolveInputs(declared: readonly DispatchInput[], given: ReadonlyMap<string, string>): ContextObject {
  for (const name of given.keys()) {
    if (!declared.some(input => input.name === name)) {
      throw new Error(`The workflow has no input '${name}'. Its inputs are: ${namesOf(declared)}.`)
    }
  }
  return Object.fromEntries(declared.map(input => [input.name, valueOf(input, given.get(input.name))]))
}

function valueOf(input: DispatchInput, given: string | undefined): ContextValue {
  const value = given ?? input.default
  if (value === undefined && input.required) throw new Error(`The workflow needs --input ${input.name}=VALUE.`)
  if (input.type === 'boolean') return parseBoolean(input.name, value ?? false)
  if (input.type === 'number') return Number(value ?? 0)
  return input.type === 'choice' ? parseChoice(input, value) : String(value ?? '')
}

function parseChoice({ name, options }: DispatchInput, value: string | number | boolean | undefined): string {
  const text = String(value ?? options[0] ?? '')
  if (!options.includes(text)) throw new Error(`Input '${name}' must be one of: ${options.join(', ')}.`)
  return text
}

function parseBoolean(name: string, value: string | number | boolean): boolean {
  const text = String(value)
  if (text !== 'true' && text !== 'false') throw new Error(`Input '${name}' must be true or false, not '${text}'.`)
  return text === 'true'
}

function namesOf(inputs: readonly DispatchInput[]): string {
  return inputs.length === 0 ? 'none' : inputs.map(input => input.name).join(', ')
}
