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
    if (text.startsWith('ERROR: ')) return fail(step)
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
    if (name === pushing) return { kind: 'push', text: 'Pushing the image' }
    if (step === undefined) return noise
    shown = step
    return { kind: 'step', text: step, timesItself: true }
  }

  /** What went wrong is said once more, and better, at the end. */
  const fail = (step: string | undefined): LogEvent => {
    failure = step === undefined ? {} : { step }
    return noise
  }

  const readOwnLine = (line: string): LogEvent => {
    const last = /^error: (?:failed to solve: )?(.*)$/.exec(line)?.[1]
    if (last !== undefined) {
      isRepeating = false
      return { kind: 'error', text: `Error: ${plainExitCode(last)}`, thenUsage: false, ...failure }
    }
    if (line.startsWith('Error: ')) return { kind: 'error', text: line, thenUsage: false }
    readPlace(line)
    return line === '' || isRepeating || isOfNoUse(line) ? noise : output(line)
  }

  /** "Dockerfile:3", and below it the lines around that, of which ">>>" marks the instruction. */
  const readPlace = (line: string): void => {
    const place = /^\S.*:(\d+)$/.exec(line)?.[1]
    if (line === '------' || place !== undefined) isRepeating = true
    if (place !== undefined) failure = { ...failure, line: Number(place) }
    const instruction = isRepeating ? /^ *\d+ \| >>> (.*)$/.exec(line)?.[1] : undefined
    if (instruction !== undefined) failure = { step: instruction, ...failure }
  }

  return line => {
    const [, number, text = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
    return number === undefined ? readOwnLine(line) : readVertexLine(number, text)
  }
}

/** The layers are packed under this name too; nothing tells for sure when the first of them leaves. */
const pushing = 'exporting to image'

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
  if (name !== pushing) return noise
  const digest = /^pushing manifest for \S+@(sha256:[0-9a-f]{64}) .*done$/.exec(text)?.[1]
  return digest === undefined ? noise : { kind: 'pushed', text: `Pushed the manifest ${digest}`, digest }
}

/** As the other builders write it. */
function plainExitCode(text: string): string {
  return text.replace(/ exit code: (\d+)/, ' exit code $1')
}
