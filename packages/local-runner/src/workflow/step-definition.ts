import type { Mapping, Template } from './template.ts'

export interface RunScript {
  readonly kind: 'run'
  readonly script: Template
  readonly shell: Template | undefined
  readonly workingDirectory: Template | undefined
}

export interface UseAction {
  readonly kind: 'uses'
  readonly uses: string
  readonly with: Mapping
}

/** One step of a job or of a composite action. */
export interface StepDefinition {
  /** Name in the `steps` context and `GITHUB_ACTION`: the author's id, or `__run`, `__run_2`, `__owner_repo`. */
  readonly id: string
  readonly name: Template | undefined
  /** `if:` as written; absent means `success()`. */
  readonly condition: string | undefined
  readonly env: Mapping
  readonly continueOnError: Template | undefined
  readonly timeoutMinutes: Template | undefined
  readonly action: RunScript | UseAction
}
