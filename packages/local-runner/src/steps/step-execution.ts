import type { ContextObject } from '../expressions/context-value.ts'
import type { ExpressionScope } from '../expressions/expression-scope.ts'
import { hashFilesFunction } from '../expressions/hash-files.ts'
import { statusFunctions } from '../expressions/status-functions.ts'
import type { Job } from '../job/job.ts'
import { StepLog } from '../log/step-log.ts'
import { compositeContexts, jobContexts, withContainerPaths } from './step-contexts.ts'
import type { Scope } from './scope.ts'

export type StepResult = 'success' | 'failure' | 'cancelled'

export interface StepExecutionOptions {
  readonly job: Job
  readonly scope: Scope
  /** Name in the `steps` context. */
  readonly id: string
  readonly displayName: string
  readonly signal: AbortSignal
  readonly state: Map<string, string>
  /** The step of the job that this one is a part of. */
  readonly parent?: StepExecution
}

/** A step while it runs: its contexts and what it has reported so far. */
export class StepExecution {
  readonly job: Job
  readonly scope: Scope
  readonly id: string
  readonly signal: AbortSignal
  readonly state: Map<string, string>
  readonly log: StepLog
  readonly parent: StepExecution | undefined
  /** The `env` context. */
  readonly env = new Map<string, string>()
  /** The part of `env` that `env:` of this step and of the composite actions around it gives. */
  readonly ownEnv = new Map<string, string>()
  /** What this step has of its own in the `github` context; null hides a key. */
  readonly github = new Map<string, string | null>()
  displayName: string
  result: StepResult | undefined
  /** A workflow command or file command went wrong. */
  commandFailed = false
  echo = false
  exitCode: number | null = null
  summary = ''

  constructor(options: StepExecutionOptions) {
    this.job = options.job
    this.scope = options.scope
    this.id = options.id
    this.displayName = options.displayName
    this.signal = options.signal
    this.state = options.state
    this.parent = options.parent
    this.log = options.parent?.log ?? new StepLog(options.job.settings.log)
  }

  /** The step of the job that this execution belongs to. */
  get root(): StepExecution {
    return this.parent?.root ?? this
  }

  /** `github` with what the step adds, as host paths. */
  get githubContext(): ContextObject {
    const own = [...this.github].filter(([, value]) => value !== null)
    return { ...this.job.settings.contexts.github, ...Object.fromEntries(own) }
  }

  /** What expressions of this step can name. */
  expressionScope(): ExpressionScope {
    return this.#scopeOf(this.scope.composite === undefined ? jobContexts(this) : compositeContexts(this))
  }

  /** For `with:` and `run:`: paths are those of the job container, if there is one (3). */
  inputScope(): ExpressionScope {
    const { contexts } = this.expressionScope()
    return this.#scopeOf(withContainerPaths(contexts, this.job.container))
  }

  #scopeOf(contexts: ContextObject): ExpressionScope {
    const { job } = this
    return {
      contexts,
      functions: [
        ...statusFunctions({ job: () => job.status, action: this.scope.composite?.status }),
        hashFilesFunction(job.settings.layout.workspace)
      ]
    }
  }
}
