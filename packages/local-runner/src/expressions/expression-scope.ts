import type { data } from '@actions/expressions'
import type { ContextObject } from './context-value.ts'

export interface ExpressionFunction {
  readonly name: string
  readonly minArgs: number
  readonly maxArgs: number
  readonly call: (...args: readonly data.ExpressionData[]) => data.ExpressionData
}

/** What an expression can name. A context that is not in it is an error, as at GitHub. */
export interface ExpressionScope {
  readonly contexts: ContextObject
  readonly functions: readonly ExpressionFunction[]
}
