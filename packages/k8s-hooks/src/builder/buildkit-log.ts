import { durationInWords } from './amounts.ts'
import type { LogEvent } from './builder-kind.ts'

/** What BuildKit works at; several at the same time. Its number stands before each of its lines. */
interface Vertex {
  readonly name: string
  /** The instruction; undefined for what is none. */
  readonly step: string | undefined
}

/** Shorter steps are said without their time. */
const worthSayingSeconds = 0.1

/** Reads `buildctl build --progress plain`, a line at a time: https://github.com/moby/buildkit/blob/v0.33.1/util/progress/progressui/printer.go */
export function buildkitLogReader(): (line: string) => LogEvent {
  const vertices = new Map<string, Vertex>()
  let failure: { step?: string; line?: number } = {}
  /** After a failure the end of its output is told again, and its place in the Dockerfile. */
  let isRepeating = false
  /** The step that the last line shown was about. */
  let shown: string | undefined

  const readVertexLine = (number: string, text: string): LogEvent => {
    const vertex = vertices.get(number)
    if (vertex === undefined) return begin(number, text)
    const { step, name } = vertex
    if (text === name) return resume(step)
    if (text.startsWith('ERROR: ')) return fail(vertex, text)
    const warning = /^WARN: (.*)$/.exec(text)?.[1]
    if (warning !== undefined) return output(`warning: ${warning}`)
    return step === undefined ? readExport(name, text) : readStepLine(text)
  }

  const resume = (step: string | undefined): LogEvent => {
    if (step === undefined || step === shown) return noise
    shown = step
    return output(`     (${step})`)
  }

  const begin = (number: string, name: string): LogEvent => {
    const step = /^\[(?:\S+ +)?\d+\/\d+\] (.+)$/
      .exec(name)?.[1]
      ?.replace(/^FROM (?:docker\.io\/(?:library\/)?)?([^\s@]+)(?:@\S+)?$/, 'FROM $1')
    vertices.set(number, { name, step })
    if (step === undefined) return noise
    shown = step
    return { kind: 'step', text: step, timesItself: true }
  }

  const fail = ({ step, name }: Vertex, text: string): LogEvent => {
    failure = step === undefined ? {} : { step }
    return step === undefined ? output(`${name}: ${plainExitCode(text)}`) : output(plainExitCode(text))
  }

  const readOwnLine = (line: string): LogEvent => {
    const last = /^error: (?:failed to solve: )?(.*)$/.exec(line)?.[1]
    if (last !== undefined) {
      isRepeating = false
      return { kind: 'error', text: `Error: ${plainExitCode(last)}`, thenUsage: false, ...failure }
    }
    if (line === '------') isRepeating = true
    const place = isRepeating ? /^\S.*:(\d+)$/.exec(line)?.[1] : undefined
    if (place !== undefined) failure = { ...failure, line: Number(place) }
    if (line === '' || isRepeating || isOfNoUse(line)) return noise
    if (line.startsWith('Error: ')) return { kind: 'error', text: line, thenUsage: false }
    return line.includes('response was http.StatusNotFound') ? readMirrorLine(line) : output(line)
  }

  return line => {
    const [, number, text = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
    return number === undefined ? readOwnLine(line) : readVertexLine(number, text)
  }
}

const noise: LogEvent = { kind: 'noise' }

/** What buildctl says of every directory that it writes an image to. */
function isOfNoUse(line: string): boolean {
  return /^time="[^"]*" level=(?:debug|info|warning) msg="failed check for fsverity support"/.test(line)
}

function output(text: string): LogEvent {
  return { kind: 'output', text }
}

/** What RUN prints has the seconds since its start before it; what BuildKit says of its own doings has not. */
function readStepLine(text: string): LogEvent {
  const printed = /^\d+\.\d{3}(?: (.*))?$/.exec(text)
  if (printed !== null) return output(printed[1] ?? '')
  if (text === 'CACHED') return output('     CACHED')
  const seconds = Number(/^DONE (\d+\.\d)s$/.exec(text)?.[1] ?? 0)
  return seconds < worthSayingSeconds ? noise : output(`     took ${durationInWords(seconds * 1000)}`)
}

function readExport(name: string, text: string): LogEvent {
  if (name !== 'exporting to image') return noise
  if (text === 'pushing layers') return { kind: 'push', text: 'Pushing the image' }
  const digest = /^pushing manifest for \S+@(sha256:[0-9a-f]{64}) .*done$/.exec(text)?.[1]
  return digest === undefined ? noise : { kind: 'pushed', text: `Pushed the manifest ${digest}`, digest }
}

/** The daemon's own log: a mirror has not what it was asked for, and the next is. */
function readMirrorLine(line: string): LogEvent {
  const [host, url] = [/\bhost="?([^" ]+)/.exec(line)?.[1], /\burl="([^"]+)"/.exec(line)?.[1]]
  return {
    kind: 'base-missing',
    text: `${host ?? 'a mirror'} answers 404 Not Found${url === undefined ? '' : ` to ${url}`}`
  }
}

/** As the other builders write it. */
function plainExitCode(text: string): string {
  return text.replace(/ exit code: (\d+)/, ' exit code $1')
}
