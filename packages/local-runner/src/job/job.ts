import type { ContextObject } from '../expressions/context-value.ts'
import type { JobStatus } from '../expressions/status-functions.ts'
import type { HookState } from '../hook/hook-args.ts'
import type { LogSettings } from '../log/step-log.ts'
import type { Reporter } from '../report/reporter.ts'
import { Scope } from '../steps/scope.ts'
import type { Step } from '../steps/step.ts'
import type { JobDefinition } from '../workflow/job-definition.ts'
import type { JobContainer, ServiceContainer } from './job-container.ts'
import type { Layout } from './layout.ts'
import type { Machine } from './machine.ts'

/** What is known before the job starts. */
export interface JobSettings {
  readonly definition: JobDefinition
  readonly layout: Layout
  readonly machine: Machine
  readonly hookPath: string
  readonly repositoryDirectory: string
  readonly actionsDirectory: string | undefined
  /** `github`, `runner`, `secrets`, `vars`, `inputs`, `strategy`, `matrix`, `needs`. */
  readonly contexts: Readonly<Record<BaseContext, ContextObject>>
  /** Content of event.json. */
  readonly event: string
  readonly log: LogSettings
  readonly reporter: Reporter
  /** The job is cancelled. */
  readonly cancelSignal: AbortSignal
  /** The runner is to end at once. */
  readonly killSignal: AbortSignal
}

export type BaseContext = 'github' | 'runner' | 'secrets' | 'vars' | 'inputs'

/** One running job: what its steps share and change. */
export class Job {
  readonly settings: JobSettings
  /** `env` of workflow and job, then `GITHUB_ENV`. */
  readonly environment = new Map<string, string>()
  readonly scope = new Scope(undefined)
  /** Steps for the end of the job, last registered first. */
  readonly postSteps: Step[] = []
  readonly runDefaults = new Map<string, string>()
  /** `job.container` and `job.services`, from the hook's response. */
  readonly containerContext = new Map<string, string>()
  readonly servicesContext = new Map<string, ContextObject>()
  status: JobStatus = 'success'
  container: JobContainer | undefined
  services: readonly ServiceContainer[] = []
  isAlpine = false
  hookState: HookState = null
  /** `GITHUB_PATH` entries, first added first. */
  prependPath: readonly string[] = []

  constructor(settings: JobSettings) {
    this.settings = settings
  }

  /** A cancelled job stays cancelled. */
  fail(): void {
    if (this.status === 'success') this.status = 'failure'
  }

  addPath(entry: string): void {
    this.prependPath = [...this.prependPath.filter(other => other !== entry), entry]
  }

  /** As `prependPath` of the hook's input: last added first (1.5). */
  get reversedPath(): readonly string[] {
    return [...this.prependPath].reverse()
  }
}
