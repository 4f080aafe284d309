/** What local-runner's `--report` holds. */
export interface RunReport {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped'
  readonly steps: readonly StepReport[]
  readonly job: JobReport
  readonly hooks: readonly HookReport[]
}

export interface StepReport {
  readonly name: string
  readonly id: string
  readonly outcome: string
  readonly conclusion: string
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly annotations: readonly { readonly level: string; readonly message: string }[]
  readonly summary: string
}

export interface JobReport {
  readonly outputs: Readonly<Record<string, string>>
  readonly container: Readonly<Record<string, unknown>>
  readonly services: Readonly<Record<string, unknown>>
}

export interface HookReport {
  readonly command: string
  readonly step: string
  /** null when the hook was cancelled. */
  readonly exitCode: number | null
  /** How it ended then. */
  readonly cancellation?: { readonly signals: readonly string[]; readonly exitCode: number }
  readonly durationMs: number
}
