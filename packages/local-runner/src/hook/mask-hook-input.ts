import type { Masker } from '../log/masker.ts'

/** The input with secrets replaced inside the values; names and structure stay. */
export function maskHookInput(input: string, masker: Masker): string {
  return JSON.stringify(maskValue(JSON.parse(input), masker))
}

function maskValue(value: unknown, masker: Masker): unknown {
  if (typeof value === 'string') return masker.mask(value)
  if (Array.isArray(value)) return value.map(item => maskValue(item, masker))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(item, masker)]))
  }
  return value
}
