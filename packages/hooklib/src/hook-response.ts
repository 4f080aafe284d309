import type { JsonObject } from './json.ts'

/** What the runner reads after exit code 0 (contract 1.9). */
export interface HookResponse {
  /** Replaces the job's whole state: copy what must stay. Absent: the old state stays. Ignored after cleanup_job. */
  readonly state?: JsonObject
  /** The runner demands it from prepare_job when there is a job container; true makes actions use `/__e/node…_alpine`. */
  readonly isAlpine?: boolean
  readonly context?: ResponseContext
}

export interface ResponseContext {
  /** Must be absent when the job has no container. */
  readonly container?: ResponseContainer
  /** In the order of the request and never longer, else the runner fails ("Index was out of range"). */
  readonly services?: readonly ResponseService[]
}

export interface ResponseContainer {
  readonly id?: string
  readonly network?: string
}

export interface ResponseService extends ResponseContainer {
  /** Container port to host port: `job.services.<alias>.ports`. The runner fails without it. */
  readonly ports: Readonly<Record<string, string>>
}
