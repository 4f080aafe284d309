import type { LogEvent } from './builder-kind.ts'
import { pushMarker } from './buildah-script.ts'

/** Labels that the hook adds, and what the libraries below Buildah say of every layer. */
const noise = [
  /^LABEL "(?:k8s-hooks\.build|quay\.expires-after)"=/,
  /^Resolved "[^"]*" as an alias/,
  /^Getting image source signatures$/,
  /^Copying (?:blob|config) /,
  /^Writing manifest to image destination$/,
  /^Storing signatures$/,
  /^--> [0-9a-f]+$/,
  /^[0-9a-f]{64}$/,
  // Repeat the error line.
  /^(?:subprocess exited with status \d+|exit status \d+)$/,
  /^time="[^"]*" level=(?:debug|info) /
]

/** One line of what `buildah bud` and `buildah push` print. */
export function readBuildahLine(line: string): LogEvent {
  const step = /^(?:\[\d+\/\d+\] )?STEP \d+(?:\/\d+)?: (.+)$/.exec(line)?.[1]
  if (noise.some(pattern => pattern.test(step ?? line))) return { kind: 'noise' }
  if (step !== undefined) return { kind: 'step', text: step }
  if (line === pushMarker) return { kind: 'push', text: 'Pushing the image' }
  if (/^(?:Error: |error building at STEP )/.test(line)) return { kind: 'error', text: line, thenUsage: false }
  return { kind: 'output', text: line }
}
