import { secretForms } from './secret-forms.ts'

/** Replaces what is known to be secret by `***`, as the runner does line by line. */
export class Masker {
  readonly #secrets = new Set<string>()

  /** Registers a value, each line of it, and the forms in which it is likely to be printed. */
  add(value: string): void {
    const parts = [value, ...value.split(/\r\n|\n|\r/).map(line => line.trim())]
    for (const part of parts.filter(text => text.trim() !== '')) {
      for (const form of secretForms(part)) this.#secrets.add(form)
    }
  }

  mask(text: string): string {
    const ranges = [...this.#secrets].flatMap(secret => occurrences(text, secret))
    if (ranges.length === 0) return text
    let masked = ''
    let position = 0
    for (const [start, end] of merge(ranges)) {
      masked += `${text.slice(position, start)}***`
      position = end
    }
    return masked + text.slice(position)
  }
}

type Range = readonly [start: number, end: number]

function occurrences(text: string, secret: string): Range[] {
  const ranges: Range[] = []
  for (let start = text.indexOf(secret); start >= 0; start = text.indexOf(secret, start + 1)) {
    ranges.push([start, start + secret.length])
  }
  return ranges
}

/** Secrets that overlap or touch become one `***`. */
function merge(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort(([a], [b]) => a - b)
  const merged: Range[] = []
  for (const [start, end] of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)]
    else merged.push([start, end])
  }
  return merged
}
