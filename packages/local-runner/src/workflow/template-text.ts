import type { Expression } from './template.ts'

const open = '${{'

/**
 * Reads text that may hold `${{ … }}`. Text and expressions in one value become one `format(…)` call, as the real
 * runner's template reader does.
 *
 * @throws Error when an expression is not closed
 */
export function parseTemplateText(text: string): string | Expression {
  if (!text.includes(open)) return text
  const literals: string[] = []
  const expressions: string[] = []
  let position = 0
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, position)) {
    const end = endOfExpression(text, start + open.length)
    literals.push(text.slice(position, start))
    expressions.push(text.slice(start + open.length, end).trim())
    position = end + 2
  }
  literals.push(text.slice(position))
  const [only] = expressions
  if (only !== undefined && expressions.length === 1 && literals.every(literal => literal === '')) {
    return { expression: only }
  }
  return { expression: formatCall(literals, expressions) }
}

function endOfExpression(text: string, from: number): number {
  let quoted = false
  for (let index = from; index < text.length - 1; index++) {
    if (text[index] === "'") quoted = !quoted
    else if (!quoted && text[index] === '}' && text[index + 1] === '}') return index
  }
  throw new Error(`The expression is not closed: "${text.slice(from - open.length)}" has \${{ but no }}.`)
}

function formatCall(literals: readonly string[], expressions: readonly string[]): string {
  const escape = (literal: string): string => literal.replaceAll("'", "''").replaceAll('{', '{{').replaceAll('}', '}}')
  const pattern = literals.map((literal, index) =>
    index < expressions.length ? `${escape(literal)}{${index}}` : escape(literal)
  )
  return `format('${pattern.join('')}', ${expressions.join(', ')})`
}
