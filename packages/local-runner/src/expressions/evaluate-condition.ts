import { evaluateExpression } from './evaluate-expression.ts'
import type { ExpressionScope } from './expression-scope.ts'
import { lexExpression } from './lex-expression.ts'

const statusFunctions = new Set(['always', 'cancelled', 'failure', 'success'])

/** Whether a step runs. A condition without a status function means `success() && (…)`. */
export function evaluateCondition(condition: string | undefined, scope: ExpressionScope): boolean {
  const value = evaluateExpression(withStatus(condition ?? 'success()'), scope)
  return value !== null && value !== false && value !== 0 && value !== '' && !Number.isNaN(value)
}

function withStatus(condition: string): string {
  return namesStatus(condition) ? condition : `success() && (${condition})`
}

function namesStatus(condition: string): boolean {
  const lexemes = lexExpression(condition).map(token => token.lexeme)
  return lexemes.some((lexeme, index) => statusFunctions.has(lexeme.toLowerCase()) && lexemes[index + 1] === '(')
}
