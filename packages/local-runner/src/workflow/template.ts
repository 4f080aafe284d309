/** An expression that makes up a whole value; text around expressions is folded into `format(…)`. */
export interface Expression {
  readonly expression: string
}

export type Scalar = string | number | boolean | null

export interface MappingEntry {
  readonly key: string
  readonly value: Template
}

/** A YAML mapping in the order of the file: the order of `env:` and `with:` can be seen in the hook's input. */
export interface Mapping {
  readonly entries: readonly MappingEntry[]
}

/** A piece of workflow or action YAML in which expressions are not evaluated yet. */
export type Template = Scalar | Expression | Mapping | Sequence

export type Sequence = readonly Template[]

export const emptyMapping: Mapping = { entries: [] }

export function isSequence(template: Template): template is Sequence {
  return Array.isArray(template)
}

export function isMapping(template: Template): template is Mapping {
  return typeof template === 'object' && template !== null && 'entries' in template && !isSequence(template)
}

export function isExpression(template: Template): template is Expression {
  return typeof template === 'object' && template !== null && 'expression' in template
}

export function valueOf(mapping: Mapping, key: string): Template | undefined {
  return mapping.entries.find(entry => entry.key === key)?.value
}

/** The mapping at `template`, or a sentence that names the place. */
export function toMapping(template: Template | undefined, place: string): Mapping {
  if (template === undefined || template === null) return emptyMapping
  if (isMapping(template)) return template
  throw new Error(`${place} must be a mapping.`)
}

export function toSequence(template: Template | undefined, place: string): Sequence {
  if (template === undefined || template === null) return []
  if (isSequence(template)) return template
  throw new Error(`${place} must be a list.`)
}

/** The literal text at `template`; an expression is refused, because the place is read before anything runs. */
export function toText(template: Template | undefined, place: string): string | undefined {
  if (template === undefined || template === null) return undefined
  if (typeof template === 'object') throw new Error(`${place} must be plain text.`)
  return String(template)
}
