import { describe, expect, it } from '@jest/globals'
import { evaluateExpression } from '../../src/expressions/evaluate-expression.ts'

const scope = { contexts: { env: { NAME: 'value' } }, functions: [] }

describe('texts in expressions', () => {
  it.each([
    { expression: "'it''s'", text: "it's" },
    { expression: "'''a'' and ''b'''", text: "'a' and 'b'" },
    { expression: "format('echo ''{0}'' ''{0}''', env.NAME)", text: "echo 'value' 'value'" },
    { expression: "''''''", text: "''" },
    { expression: "''", text: '' }
  ])('$expression is $text', ({ expression, text }) => {
    expect(evaluateExpression(expression, scope)).toBe(text)
  })
})
