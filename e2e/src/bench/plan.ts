import type { VolumeMode } from '../harness/arc-role.ts'

/** What can be measured without the rest. */
export const benchParts = ['hooks', 'copies', 'builds'] as const
export type BenchPart = (typeof benchParts)[number]

/** What the probe in the runner pod is asked to measure. */
export interface Plan {
  readonly mode: VolumeMode
  readonly namespace: string
  readonly parts: readonly BenchPart[]
  /** How often each pair of limit and hook is measured, in turns. */
  readonly repetitions: number
  /** The trees that are copied; none in shared mode, where nothing is. */
  readonly trees: readonly Tree[]
  /** How often each tree is copied. */
  readonly copies: number
  /** What lies beside the Dockerfile in the build contexts whose sending is measured. */
  readonly contexts: readonly Tree[]
  /** How often each build is measured. */
  readonly builds: number
  /** Hook input as the runner sends it; the probe puts the state of the job in. */
  readonly inputs: Readonly<Record<HookCommand, object>>
  /** What the script step prints whose output is measured. */
  readonly outputBytes: number
}

export type HookCommand = 'prepare' | 'script' | 'output' | 'container' | 'build' | 'cleanup'

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
  | `${'tar in' | 'copy in' | 'tar out' | 'copy out' | 'listings' | 'step after no change'}, ${string}`
  | 'builder alone'
  | 'cold build'
  | 'image run'
  | 'second use'
  | 'kept image'
  | 'kept layers'
  | `${'context tar' | 'context'}, ${string}`

/** One measurement; times are milliseconds since the epoch, with fractions. */
export interface Sample {
  readonly subject: Subject
  readonly startedMs: number
  readonly endedMs: number
  /** Of the hook's process. */
  readonly peakMemoryMiB?: number
  /** What the hook itself says about where the time went: milliseconds by stage. */
  readonly stages?: Readonly<Record<string, number>>
}
