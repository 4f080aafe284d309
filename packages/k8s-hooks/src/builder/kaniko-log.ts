import type { LogEvent } from './builder-kind.ts'

const instruction =
  /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s/

/** Said at every step, and of use to Kaniko's authors only. */
const noise = [
  /^Cmd: /,
  /^Args: /,
  /^Running: /,
  /^Util\.Lookup returned/,
  /^Performing slow lookup/,
  /^Changed working directory/,
  /^Creating directory /,
  /^No files (?:were )?changed\b/,
  /^Initializing snapshotter/,
  /^(?:Taking|Skipping) snapshot/,
  /^(?:Built|Resolved) (?:cross stage deps|base name)/,
  /^Returning cached image manifest/,
  /^Retrieving image manifest/,
  /^Executing 0 build triggers/,
  /^Skipping unpacking as no commands require it/
]

/** One line of Kaniko's log in its json format; what RUN prints stands between as it is. */
export function readKanikoLine(line: string): LogEvent {
  const entry = parseEntry(line)
  if (entry === undefined) return readPlain(line)
  const { level, msg } = entry
  const pushed = /^Pushed \S+@(sha256:[0-9a-f]{64})$/.exec(msg)?.[1]
  if (pushed !== undefined) return { kind: 'pushed', text: msg, digest: pushed }
  if (msg.startsWith('Pushing image to ')) return { kind: 'push', text: msg }
  const stage = /^Building stage '(.+?)'/.exec(msg)?.[1]
  if (stage !== undefined) return { kind: 'step', text: `FROM ${stage}` }
  if (instruction.test(msg)) return { kind: 'step', text: msg }
  if (/^Failed to retrieve image .*(?:MANIFEST_UNKNOWN|NAME_UNKNOWN)/.test(msg))
    return { kind: 'base-missing', text: withLevel(level, msg) }
  if (noise.some(pattern => pattern.test(msg))) return { kind: 'noise' }
  return isError(msg) ? { kind: 'error', text: msg, thenUsage: false } : { kind: 'output', text: withLevel(level, msg) }
}

/** Kaniko's last words are not in its log format: https://github.com/osscontainertools/kaniko/blob/main/cmd/executor/cmd/root.go */
function readPlain(line: string): LogEvent {
  if (isError(line)) return { kind: 'error', text: line, thenUsage: line.startsWith('Error:') }
  return { kind: 'output', text: line }
}

function isError(text: string): boolean {
  return /^(?:Error:|error (?:building|pushing|checking))/.test(text)
}

function withLevel(level: string, text: string): string {
  return level === 'info' ? text : `${level}: ${text}`
}

function parseEntry(line: string): { readonly level: string; readonly msg: string } | undefined {
  if (!line.startsWith('{"level":')) return undefined
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null || !('level' in entry) || !('msg' in entry)) return undefined
    const { level, msg } = entry
    return typeof level === 'string' && typeof msg === 'string' ? { level, msg } : undefined
  } catch {
    return undefined
  }
}
