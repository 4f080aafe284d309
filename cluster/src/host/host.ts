import type { Progress } from '../support/progress.ts'
import type { RunProgram } from '../support/run-program.ts'

/** What the commands need of this machine. */
export interface Host {
  readonly run: RunProgram
  readonly progress: Progress
  readonly signal: AbortSignal
}
