import type { StepDefinition } from '../workflow/step-definition.ts'
import type { Mapping, Sequence, Template } from '../workflow/template.ts'

export interface ActionInput {
  readonly name: string
  /** Empty text when action.yml gives none: the variable exists all the same. */
  readonly default: Template
  readonly deprecationMessage: string | undefined
}

export interface JavaScriptRuns {
  readonly kind: 'javascript'
  /** Folder in `externals`: `node20`, `node24`. */
  readonly node: string
  readonly main: string
  readonly pre: string | undefined
  readonly preIf: string
  readonly post: string | undefined
  readonly postIf: string
}

export interface DockerRuns {
  readonly kind: 'docker'
  /** `Dockerfile`, a path to one, or `docker://…`; without the scheme when the workflow names the image. */
  readonly image: string
  readonly args: Sequence | undefined
  readonly entrypoint: string | undefined
  readonly env: Mapping
  readonly pre: string | undefined
  readonly preIf: string
  readonly post: string | undefined
  readonly postIf: string
}

export interface CompositeRuns {
  readonly kind: 'composite'
  readonly steps: readonly StepDefinition[]
  readonly outputs: readonly { readonly name: string; readonly value: Template }[]
}

export interface ScriptRuns {
  readonly kind: 'script'
}

export type ActionRuns = JavaScriptRuns | DockerRuns | CompositeRuns | ScriptRuns

export interface LoadedAction {
  /** Host path as the runner builds it, not normalised; empty for scripts and images. */
  readonly directory: string
  readonly inputs: readonly ActionInput[]
  readonly runs: ActionRuns
}
