import { HookError } from './hook-error.ts'
import type { JsonObject } from './json.ts'

/** A value of the input together with where it stands, so that a complaint can name the place. */
export interface JsonField {
  /** "" for the whole input, else "args.container.image". */
  readonly path: string
  readonly value: unknown
}

/** The member `name`; its value is undefined where there is none. */
export function memberOf(field: JsonField, name: string): JsonField {
  return { path: memberPath(field.path, name), value: objectOf(field)[name] }
}

export function objectOf(field: JsonField): JsonObject {
  if (!isJsonObject(field.value)) throw unexpected(field, 'an object')
  return field.value
}

export function stringOf(field: JsonField): string {
  if (typeof field.value !== 'string') throw unexpected(field, 'a string')
  return field.value
}

export function booleanOf(field: JsonField): boolean {
  if (typeof field.value !== 'boolean') throw unexpected(field, 'true or false')
  return field.value
}

export function arrayOf<T>(field: JsonField, read: (item: JsonField) => T): readonly T[] {
  if (!Array.isArray(field.value)) throw unexpected(field, 'an array')
  return field.value.map((value: unknown, index) => read({ path: `${field.path}[${index}]`, value }))
}

export function recordOf<T>(field: JsonField, read: (item: JsonField) => T): Readonly<Record<string, T>> {
  const names = Object.keys(objectOf(field))
  return Object.fromEntries(names.map(name => [name, read(memberOf(field, name))]))
}

/** A member that is absent counts as null. */
export function orNull<T>(field: JsonField, read: (field: JsonField) => T): T | null {
  return field.value === null || field.value === undefined ? null : read(field)
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function memberPath(path: string, name: string): string {
  if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

/** Names the kind of what was found and never the value, which may be a secret. */
function unexpected({ path, value }: JsonField, wanted: string): HookError {
  return new HookError('INPUT_INVALID', `${path === '' ? 'The input' : path} must be ${wanted}, got ${kindOf(value)}.`)
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
