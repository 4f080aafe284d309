import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { formatDuration } from './format-duration.ts'
import type { LogSink, StepConclusion } from './log-sink.ts'

const marks: Readonly<Record<StepConclusion, string>> = {
  success: '✔',
  failure: '✘',
  cancelled: '■',
  skipped: '⊘'
}

/** The log as the runner writes it, between a line when a step starts and one with its duration when it ends. */
export function createPlainSink(stream: Writable): LogSink {
  const write = (line: string): void => {
    stream.write(`${line}\n`)
  }
  return {
    stepStarted: name => write(`▶ ${name}`),
    line: write,
    stepEnded: (name, conclusion, durationMs) => write(endLine(name, conclusion, durationMs)),
    drained: async () => {
      if (stream.writableNeedDrain) await once(stream, 'drain')
    }
  }
}

function endLine(name: string, conclusion: StepConclusion, durationMs: number): string {
  const detail = conclusion === 'skipped' ? 'skipped' : formatDuration(durationMs)
  return `${marks[conclusion]} ${name} (${detail})`
}
