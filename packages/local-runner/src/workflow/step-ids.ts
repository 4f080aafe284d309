import { IdBuilder } from '@actions/workflow-parser/model/converter/id-builder'
import type { StepDefinition } from './step-definition.ts'

export type UnnamedStep = Omit<StepDefinition, 'id'> & { readonly id: string | undefined }

/** Gives steps without an id the name the server gives them: `__run`, `__run_2`, `__owner_repo`, `__self`. */
export function withStepIds(steps: readonly UnnamedStep[]): readonly StepDefinition[] {
  const builder = new IdBuilder()
  for (const { id } of steps) {
    const problem = id === undefined ? undefined : builder.tryAddKnownId(id)
    if (problem !== undefined) throw new Error(problem)
  }
  return steps.map(step => {
    if (step.id !== undefined) return { ...step, id: step.id }
    builder.appendSegment(`__${segmentOf(step)}`)
    return { ...step, id: builder.build() }
  })
}

function segmentOf({ action }: UnnamedStep): string {
  if (action.kind === 'run') return 'run'
  const { uses } = action
  if (uses.startsWith('docker://')) return uses.slice('docker://'.length)
  if (/^[.$]/.test(uses)) return 'self'
  const [owner = '', repository = ''] = uses.replace(/@.*$/, '').split('/')
  return `${owner}/${repository}`
}
