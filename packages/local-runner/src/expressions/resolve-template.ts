import { isExpression, isMapping, isSequence, type Mapping, type Template } from '../workflow/template.ts'
import type { ContextValue } from './context-value.ts'
import { evaluateExpression } from './evaluate-expression.ts'
import type { ExpressionScope } from './expression-scope.ts'

/** The template with every expression evaluated. */
export function resolveValue(template: Template, scope: ExpressionScope): ContextValue {
  if (isExpression(template)) return evaluateExpression(template.expression, scope)
  if (isMapping(template)) {
    return Object.fromEntries(template.entries.map(({ key, value }) => [key, resolveValue(value, scope)]))
  }
  if (isSequence(template)) return template.map(item => resolveValue(item, scope))
  return template
}

/** Text as GitHub makes it of a value: null is empty, lists and mappings are refused. */
export function resolveText(template: Template, scope: ExpressionScope): string {
  return textOf(resolveValue(template, scope))
}

/** @throws Error for a list or a mapping */
export function textOf(value: ContextValue): string {
  if (value === null) return ''
  if (typeof value === 'object')
    throw new Error(`${Array.isArray(value) ? 'A sequence' : 'A mapping'} was not expected`)
  return String(value)
}

/** Names and texts, in the order of the file. */
export function resolveTexts(mapping: Mapping, scope: ExpressionScope): readonly (readonly [string, string])[] {
  return mapping.entries.map(({ key, value }) => [key, resolveText(value, scope)] as const)
}

export function resolveBoolean(template: Template | undefined, scope: ExpressionScope, place: string): boolean {
  if (template === undefined) return false
  const value = resolveValue(template, scope)
  if (typeof value === 'boolean') return value
  throw new Error(`${place} must be true or false.`)
}

/** `timeout-minutes` is a whole number for the runner: fractions are cut off. 0 when absent. */
export function resolveMinutes(template: Template | undefined, scope: ExpressionScope): number {
  if (template === undefined) return 0
  const value = Number(resolveValue(template, scope))
  if (Number.isNaN(value)) throw new Error('timeout-minutes must be a number.')
  return Math.trunc(value)
}
