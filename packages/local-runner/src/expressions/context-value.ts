/** What a context holds. A Map is looked up by exact key (`env` on Linux), an object without regard to case. */
export type ContextValue =
  string | number | boolean | null | readonly ContextValue[] | ReadonlyMap<string, ContextValue> | ContextObject

export interface ContextObject {
  readonly [key: string]: ContextValue
}

export function isContextList(value: ContextValue): value is readonly ContextValue[] {
  return Array.isArray(value)
}

export function isContextObject(value: ContextValue): value is ContextObject {
  return typeof value === 'object' && value !== null && !isContextList(value) && !(value instanceof Map)
}

/** JSON from outside as a context value. */
export function parseContextValue(value: unknown): ContextValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(parseContextValue)
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parseContextValue(item)]))
  }
  throw new Error(`A value of type ${typeof value} cannot stand in a context.`)
}
