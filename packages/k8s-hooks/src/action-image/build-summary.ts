import { bytesInWords, durationInWords } from '../builder/amounts.ts'
import type { ImageDescription } from '../registry/describe-image.ts'
import type { ActionImageTimings } from './resolve-action-image.ts'

export interface BuiltActionImage {
  /** Path of the Dockerfile, as people know it. */
  readonly dockerfile: string
  readonly image: string
  /** undefined where the registry does not tell. */
  readonly description: ImageDescription | undefined
  readonly timings: ActionImageTimings
}

/** What was built, as Markdown for the summary of a step. Pure. */
export function buildSummary({ dockerfile, image, description, timings }: BuiltActionImage): string {
  const columns: readonly (readonly [string, string | undefined])[] = [
    ['size', description && bytesInWords(description.bytes)],
    ['layers', description && String(description.layerCount)],
    ['packing', duration(timings.packMs)],
    ['pod', duration(timings.startMs)],
    ['sending', duration(timings.streamMs)],
    ['build', duration(timings.buildMs)],
    ['push', duration(timings.pushMs)]
  ]
  const known = columns.filter(([, value]) => value !== undefined)
  const row = (cells: readonly (string | undefined)[]): string => `| ${cells.join(' | ')} |`
  return [
    `### Image of ${code(dockerfile)}`,
    '',
    code(image),
    '',
    row(known.map(([name]) => name)),
    row(known.map(() => '---:')),
    row(known.map(([, value]) => value)),
    '',
    ''
  ].join('\n')
}

function duration(durationMs: number | undefined): string | undefined {
  return durationMs === undefined ? undefined : durationInWords(durationMs)
}

/** The path is the workflow's choice. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n|<>]/g, '?')}\``
}
