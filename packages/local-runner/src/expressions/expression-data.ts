import { data } from '@actions/expressions'
import { CaseSensitiveDictionary } from './case-sensitive-dictionary.ts'
import { isContextList, type ContextValue } from './context-value.ts'

export function toExpressionData(value: ContextValue): data.ExpressionData {
  if (value === null) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (isContextList(value)) return new data.Array(...value.map(toExpressionData))
  if (value instanceof Map) {
    const entries: readonly (readonly [string, ContextValue])[] = [...value]
    return new CaseSensitiveDictionary(new Map(entries.map(([key, item]) => [key, toExpressionData(item)])))
  }
  return new data.Dictionary(
    ...Object.entries(value).map(([key, item]) => ({ key, value: toExpressionData(item as ContextValue) }))
  )
}

export function fromExpressionData(value: data.ExpressionData): ContextValue {
  if (value instanceof data.StringData || value instanceof data.NumberData || value instanceof data.BooleanData) {
    return value.value
  }
  if (value instanceof data.Array) return value.values().map(fromExpressionData)
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map(pair => [pair.key, fromExpressionData(pair.value)]))
  }
  return null
}
