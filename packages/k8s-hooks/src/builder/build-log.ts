import { durationInWords } from './amounts.ts'
import type { LogEvent } from './builder-kind.ts'
import { harmlessLine } from './harmless-line.ts'

/** Follows a builder's log: says it readably, and keeps what the result depends on. */
export interface BuildLog {
  readonly add: (line: string) => void
  /** Called when a container of its own begins to push. */
  readonly startPush: () => void
  /** Called when the container has ended. */
  readonly end: () => void
  readonly summary: () => BuildLogSummary
}

export interface BuildLogSummary {
  /** The builder's own last words on what went wrong. */
  readonly lastError: string | undefined
  /** The instruction that was at work last; undefined once the push has begun. */
  readonly lastStep: Step | undefined
  /** What a mirror said about a base image that it does not have. */
  readonly baseMissing: string | undefined
  /** Digest of the log's "Pushed …" line. */
  readonly pushedDigest: string | undefined
  readonly pushMs: number | undefined
}

export interface Step {
  readonly text: string
  /** In the Dockerfile; undefined where it does not say so, as for a trigger of the base image. */
  readonly line: number | undefined
}

export interface BuildLogOptions {
  readonly readLine: (line: string) => LogEvent
  readonly say: (line: string) => void
  readonly lineOf?: ((step: string) => number | undefined) | undefined
  readonly onStep?: ((step: Step) => void) | undefined
  readonly onPush?: (() => void) | undefined
  /** Milliseconds of any epoch. */
  readonly now: () => number
}

/** Shorter steps are said without their time. */
const worthSayingMs = 100

export function createBuildLog({ readLine, say, lineOf, onStep, onPush, now }: BuildLogOptions): BuildLog {
  let state: State = { usage: 'none' }

  const startStep = (text: string, timesItself = false): void => {
    const step = { text, line: lineOf?.(text) }
    state = { ...state, lastStep: step, stepSinceMs: timesItself ? undefined : now() }
    onStep?.(step)
  }
  const startPush = (): void => {
    if (state.pushSinceMs !== undefined) return
    state = { ...state, lastStep: undefined, lastError: undefined, pushSinceMs: now() }
    onPush?.()
  }

  const endStep = (atMs: number): void => {
    const tookMs = state.stepSinceMs === undefined ? 0 : atMs - state.stepSinceMs
    if (tookMs >= worthSayingMs) say(`     took ${durationInWords(tookMs)}`)
    state = { ...state, stepSinceMs: undefined }
  }
  const add = (event: LogEvent): void => {
    state = { ...state, lastLineMs: now() }
    if (event.kind === 'noise' || (event.kind === 'output' && isUsage(event.text))) return
    if (event.kind === 'step' || event.kind === 'push') endStep(now())
    if (event.kind === 'step') startStep(event.text, event.timesItself)
    if (event.kind === 'push') startPush()
    state = next(state, event)
    say(harmlessLine(event.kind === 'step' ? `STEP ${event.text}` : event.text))
  }
  /** Kaniko prints all its options after an error in its arguments: about 95 lines that hide the error. */
  const isUsage = (text: string): boolean => {
    if (state.usage === 'expected') state = { ...state, usage: text === 'Usage:' ? 'running' : 'none' }
    return state.usage === 'running'
  }

  return {
    add: line => add(readLine(line)),
    startPush,
    // The kubelet tells the end of a container up to a second late: the last line is nearer to it.
    end: () => endStep(state.lastLineMs ?? now()),
    summary: () => ({
      lastError: state.lastError,
      lastStep: state.lastStep,
      baseMissing: state.baseMissing,
      pushedDigest: state.pushedDigest,
      pushMs: state.pushSinceMs === undefined ? undefined : (state.lastLineMs ?? now()) - state.pushSinceMs
    })
  }
}

interface State {
  readonly usage: 'none' | 'expected' | 'running'
  readonly lastError?: string | undefined
  readonly lastStep?: Step | undefined
  readonly baseMissing?: string
  readonly stepSinceMs?: number | undefined
  readonly pushSinceMs?: number
  readonly lastLineMs?: number
  readonly pushedDigest?: string
}

function next(state: State, event: Exclude<LogEvent, { kind: 'noise' }>): State {
  switch (event.kind) {
    case 'step':
      return { ...state, usage: 'none' }
    case 'pushed':
      return { ...state, pushedDigest: event.digest }
    case 'error':
      return {
        ...state,
        usage: event.thenUsage ? 'expected' : 'none',
        lastError: event.text,
        lastStep: failedStep(state.lastStep, event)
      }
    case 'base-missing':
      return { ...state, baseMissing: event.text }
    case 'push':
    case 'output':
      return state
  }
}

function failedStep(
  last: Step | undefined,
  { step, line }: { readonly step?: string; readonly line?: number }
): Step | undefined {
  const text = step ?? last?.text
  if (text === undefined) return undefined
  return { text, line: line ?? (text === last?.text ? last.line : undefined) }
}
