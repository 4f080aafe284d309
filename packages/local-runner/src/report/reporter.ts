import type { Annotation } from '../log/step-log.ts'
import type { StepConclusion } from '../log/log-sink.ts'
import type { Cancellation } from '../process/run-process.ts'

export interface StepRecord {
  readonly name: string
  readonly id: string
  readonly outcome: StepConclusion
  readonly conclusion: StepConclusion
  /** Of the last process of the step; null when none ended. */
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly durationMs: number
  readonly annotations: readonly Annotation[]
  /** Content of `GITHUB_STEP_SUMMARY`. */
  readonly summary: string
}

export interface HookRecord {
  readonly command: string
  /** null when the hook was cancelled. */
  readonly exitCode: number | null
  /** How it ended when it was cancelled: the runner itself does not look at that. */
  readonly cancellation?: Cancellation | undefined
  readonly durationMs: number
  /** Name of the step that called it. */
  readonly step: string
}

/** Collects what happened, for `--report` and `--hooks-log`. */
export interface Reporter {
  readonly step: (record: StepRecord) => void
  readonly hook: (record: HookRecord) => void
  /** The input of a call, before it is made, with secrets masked. */
  readonly hookInput: (line: string) => void
}
