import type { Template } from './template.ts'
import { parseTemplateText } from './template-text.ts'

/** Plain YAML data as a template: expressions are found in every text. */
export function templateFromYaml(value: unknown): Template {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return parseTemplateText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(templateFromYaml)
  if (typeof value === 'object') {
    return { entries: Object.entries(value).map(([key, item]) => ({ key, value: templateFromYaml(item) })) }
  }
  throw new Error(`YAML value of type ${typeof value} is not supported.`)
}
