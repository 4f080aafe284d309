import type { LogEvent } from './builder-kind.ts'
import { pushMarker } from './buildah-pod-template.ts'

/** One line of what `buildah bud` and `buildah push` print. */
export function readBuildahLine(line: string): LogEvent {
  const step = /^(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: (.+)$/.exec(line)?.[1]
  if (step !== undefined) return { kind: 'step', text: step }
  if (line === pushMarker) return { kind: 'push', text: 'Pushing the image' }
  if (/^(?:Error: |error building at STEP )/.test(line)) return { kind: 'error', text: line, thenUsage: false }
  // "exit status N" on a line of its own repeats the error above it.
  return /^(?:exit status \d+|time="[^"]*" level=(?:debug|info) .*)$/.test(line)
    ? { kind: 'noise' }
    : { kind: 'output', text: line }
}
