import { isBasicExpression, isBoolean, isMapping, isNumber, isSequence, isString } from '@actions/workflow-parser'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import type { Template } from './template.ts'

/**
 * A token of the workflow parser as a template.
 *
 * @throws Error for `${{ insert }}`, which only the server knows how to expand
 */
export function templateFromToken(token: TemplateToken): Template {
  if (isString(token)) return token.value
  if (isNumber(token) || isBoolean(token)) return token.value
  if (isBasicExpression(token)) return { expression: token.expression }
  if (isSequence(token)) return [...token].map(templateFromToken)
  if (isMapping(token)) {
    return {
      entries: [...token].map(({ key, value }) => ({ key: keyOf(key), value: templateFromToken(value) }))
    }
  }
  if (token.isExpression) throw new Error('`${{ insert }}` is not supported by local-runner.')
  return null
}

function keyOf(token: TemplateToken): string {
  if (isString(token)) return token.value
  throw new Error('An expression as a key is not supported by local-runner.')
}
