import type { StopGrace } from '../process/stop-process.ts'

/** The computer and the clock, as the job sees them. */
export interface Machine {
  /** The worker's environment, `ACTIONS_RUNNER_INPUT_*` taken out (1.8). */
  readonly env: Readonly<Record<string, string>>
  /** `X64`, `ARM64`, … */
  readonly architecture: string
  readonly hostName: string
  /** Where the processes of the machine are listed. */
  readonly procRoot: string
  readonly nowMs: () => number
  readonly createUuid: () => string
  /** How long a minute of `timeout-minutes` lasts; 60,000 outside tests. */
  readonly minuteMs: number
  readonly grace: StopGrace
}
