import type { Step } from './build-log.ts'

/** `at line 3 of the Dockerfile, "RUN make"`; without the instruction where `words` have it anyway. */
export function stepInWords({ text, line }: Step, words = ''): string {
  const [firstLine = ''] = text.split(/[\r\n]/)
  const short = firstLine.length <= 120 ? firstLine : `${firstLine.slice(0, 119)}…`
  const place = line === undefined ? [] : [`line ${line} of the Dockerfile`]
  const named = words.includes(text) ? [] : [`"${short}"`]
  const parts = [...place, ...named]
  return parts.length === 0 ? '' : `at ${parts.join(', ')}`
}
