import type { ContextObject, ContextValue } from '../expressions/context-value.ts'
import type { Job } from '../job/job.ts'
import type { JobContainer } from '../job/job-container.ts'
import type { StepExecution } from './step-execution.ts'

/** Contexts of a step of the job. */
export function jobContexts(execution: StepExecution): ContextObject {
  const { secrets, vars, inputs } = execution.job.settings.contexts
  return { ...sharedContexts(execution), secrets, vars, inputs, needs: {} }
}

/** Contexts of a step in a composite action: no secrets and no variables. */
export function compositeContexts(execution: StepExecution): ContextObject {
  return { ...sharedContexts(execution), inputs: execution.scope.composite?.inputs ?? {} }
}

/** Host paths in `github` and `runner` as the job container sees them. */
export function withContainerPaths(contexts: ContextObject, container: JobContainer | undefined): ContextObject {
  if (container === undefined) return contexts
  const translate = (context: ContextValue | undefined): ContextValue =>
    Object.fromEntries(
      Object.entries(context as ContextObject).map(([key, value]) => [
        key,
        typeof value === 'string' ? container.paths.toContainer(value) : value
      ])
    )
  return { ...contexts, github: translate(contexts['github']), runner: translate(contexts['runner']) }
}

function jobContext(job: Job): ContextObject {
  return {
    status: job.status,
    container: Object.fromEntries(job.containerContext),
    services: Object.fromEntries(job.servicesContext)
  }
}

function sharedContexts(execution: StepExecution): ContextObject {
  const { job, scope, env } = execution
  return {
    github: execution.githubContext,
    env: new Map(env),
    steps: scope.context(),
    job: jobContext(job),
    runner: job.settings.contexts.runner,
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    matrix: null
  }
}
