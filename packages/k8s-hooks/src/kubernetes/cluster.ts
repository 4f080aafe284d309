import type { V1Job, V1Pod, V1PodTemplateSpec, V1Secret } from '@kubernetes/client-node'
import type { Readable, Writable } from 'node:stream'

/**
 * The verbs of the cluster that the hook needs: exactly what ARC's role grants, in one namespace.
 * Every verb repeats what is transient (429, 5xx, conflicts, connection errors) and throws a HookError otherwise:
 * `NOT_AUTHENTICATED`, `PERMISSION_DENIED` (names verb and resource), `CLUSTER_UNREACHABLE` (no answer, or none but 429 and 5xx), `CLUSTER_REFUSED` (its own words).
 */
export interface Cluster {
  readonly namespace: string
  readonly pods: Pods
  readonly jobs: Jobs
  readonly secrets: Secrets
  readonly exec: Exec
  readonly followLogs: FollowLogs
  readonly readLogTail: ReadLogTail
}

export interface Pods {
  /** undefined when there is no such pod. */
  readonly get: (name: string, signal: AbortSignal) => Promise<V1Pod | undefined>
  readonly list: (labelSelector: string, signal: AbortSignal) => Promise<readonly V1Pod[]>
  /** A pod of that name which this very call created before its answer was lost is adopted. */
  readonly create: (pod: V1Pod, signal: AbortSignal, options?: CreateOptions) => Promise<V1Pod>
  /** Deleting what is not there succeeds. */
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
  /** Warnings that the cluster has noted about the pod of this uid, the newest last. None where the role may not read Events, which ARC's may not. */
  readonly warnings: (uid: string, signal: AbortSignal) => Promise<readonly string[]>
}

export interface Jobs {
  readonly list: (labelSelector: string, signal: AbortSignal) => Promise<readonly V1Job[]>
  readonly create: (job: V1Job, signal: AbortSignal) => Promise<V1Job>
  /** Deletes the Job and, in the background, its pods. */
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
}

export interface Secrets {
  readonly get: (name: string, signal: AbortSignal) => Promise<V1Secret | undefined>
  readonly list: (labelSelector: string, signal: AbortSignal) => Promise<readonly V1Secret[]>
  readonly create: (secret: V1Secret, signal: AbortSignal) => Promise<V1Secret>
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
}

export interface CreateOptions {
  /** Asks only whether it would be created: admission and quotas answer, and nothing is stored. */
  readonly dryRun?: boolean
}

export interface DeleteOptions {
  readonly signal: AbortSignal
  /** Seconds between SIGTERM and SIGKILL; the pod's own value when absent. */
  readonly gracePeriodSeconds?: number
}

export interface ExecRequest {
  readonly podName: string
  readonly container: string
  /** argv: no shell is involved. */
  readonly command: readonly string[]
  /** Sent to the command with backpressure; its end closes the command's stdin. Destroyed when exec ends. Absent: no stdin. */
  readonly stdin?: Readable
  /** Written with backpressure; never ended by exec. Absent: output is dropped. */
  readonly stdout?: Writable
  readonly stderr?: Writable
  readonly signal: AbortSignal
}

/**
 * `broken`: the connection ended before an exit code that can be believed; whether the command ran on is not known.
 * `exited` with 0: the command has done its work, and said so by `doneExitCode` (until-done.ts).
 */
export type ExecResult =
  { readonly kind: 'exited'; readonly exitCode: number } | { readonly kind: 'broken'; readonly reason: string }

/** Runs one command in a container by WebSocket (v5.channel.k8s.io). Throws when the command could not be started at all. */
export type Exec = (request: ExecRequest) => Promise<ExecResult>

export interface LogRequest {
  readonly podName: string
  readonly container: string
  readonly output: Writable
  readonly signal: AbortSignal
}

/** The last lines of what a container has said so far; it may go on running. */
export type ReadLogTail = (request: LogTailRequest) => Promise<string>

export interface LogTailRequest {
  readonly podName: string
  readonly container: string
  readonly lines: number
  readonly signal: AbortSignal
}

/** Writes the container's log to `output` until the container has ended, resuming after a break without loss or repetition. */
export type FollowLogs = (request: LogRequest) => Promise<void>

/** What is run once to its end: as a Job where the role allows Jobs, else as a bare Pod of the same template. */
export interface Workload {
  readonly name: string
  readonly template: V1PodTemplateSpec
  /** Seconds after which Kubernetes ends it. */
  readonly activeDeadlineSeconds?: number
}

/** A workload that was created. */
export interface StartedWorkload {
  readonly kind: 'Job' | 'Pod'
  readonly name: string
  readonly podName: string
}
