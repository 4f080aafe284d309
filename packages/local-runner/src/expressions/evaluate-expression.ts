import { data, Evaluator, Parser } from '@actions/expressions'
import type { ContextValue } from './context-value.ts'
import { fromExpressionData, toExpressionData } from './expression-data.ts'
import type { ExpressionScope } from './expression-scope.ts'
import { lexExpression } from './lex-expression.ts'

/**
 * Evaluates what stands between `${{` and `}}`.
 *
 * @throws Error naming the expression when it does not parse or names what is not there
 */
export function evaluateExpression(expression: string, scope: ExpressionScope): ContextValue {
  try {
    const tokens = lexExpression(expression)
    const tree = new Parser(tokens, Object.keys(scope.contexts), [...scope.functions]).parse()
    const contexts = new data.Dictionary(
      ...Object.entries(scope.contexts).map(([key, value]) => ({ key, value: toExpressionData(value) }))
    )
    const functions = new Map(scope.functions.map(definition => [definition.name.toLowerCase(), { ...definition }]))
    return fromExpressionData(new Evaluator(tree, contexts, functions).evaluate())
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The expression '${expression}' cannot be evaluated: ${reason}`, { cause })
  }
}
