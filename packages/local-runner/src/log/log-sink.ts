/** Where finished lines go. */
export interface LogSink {
  readonly stepStarted: (name: string) => void
  readonly line: (line: string) => void
  readonly stepEnded: (name: string, conclusion: StepConclusion, durationMs: number) => void
  /** Resolves when the reader has taken what was written: a slow reader slows the job, not its memory. */
  readonly drained: () => Promise<void>
}

export type StepConclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

export function combineSinks(sinks: readonly LogSink[]): LogSink {
  return {
    stepStarted: name => {
      for (const sink of sinks) sink.stepStarted(name)
    },
    line: line => {
      for (const sink of sinks) sink.line(line)
    },
    stepEnded: (name, conclusion, durationMs) => {
      for (const sink of sinks) sink.stepEnded(name, conclusion, durationMs)
    },
    drained: async () => {
      await Promise.all(sinks.map(sink => sink.drained()))
    }
  }
}
