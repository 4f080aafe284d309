import type { VolumeMode } from '../harness/arc-role.ts'

/** What the probe in the runner pod is asked to measure. */
export interface Plan {
  readonly mode: VolumeMode
  readonly namespace: string
  /** How often each pair of limit and hook is measured, in turns. */
  readonly repetitions: number
  /** The trees that are copied; none in shared mode, where nothing is. */
  readonly trees: readonly Tree[]
  /** How often each tree is copied. */
  readonly copies: number
  /** Hook input as the runner sends it; the probe puts the state of the job in. */
  readonly inputs: Readonly<Record<HookCommand, object>>
  /** What the script step prints whose output is measured. */
  readonly outputBytes: number
}

export type HookCommand = 'prepare' | 'script' | 'output' | 'container' | 'cleanup'

export interface Tree {
  readonly name: string
  readonly files: number
  readonly bytesPerFile: number
}

/** What is measured: a physical limit, or a hook. */
export type Subject =
  | 'node start'
  | 'pod ready'
  | 'prepare_job'
  | 'exec'
  | 'first script step'
  | 'script step'
  | 'exec, output'
  | 'script step, output'
  | 'pod run'
  | 'container step'
  | 'pod delete'
  | 'cleanup_job'
  | `${'tar in' | 'copy in' | 'tar out' | 'copy out' | 'step after no change'}, ${string}`

/** One measurement; times are milliseconds since the epoch, with fractions. */
export interface Sample {
  readonly subject: Subject
  readonly startedMs: number
  readonly endedMs: number
  /** Of the hook's process. */
  readonly peakMemoryMiB?: number
}
