import { idTokenEnvironment } from '../job/service-environment.ts'
import { runtimeEnvironment } from '../job/github-context.ts'
import type { StepExecution } from '../steps/step-execution.ts'

/**
 * The hook's environment: the worker's, `GITHUB_*` and `RUNNER_*` with host paths, and the `GITHUB_PATH` entries
 * in front of PATH although they are container paths. `env:` of job and step does not reach it (1.8).
 */
export function hookEnvironment(execution: StepExecution): Readonly<Record<string, string>> {
  const { job } = execution
  const { machine, contexts } = job.settings
  const path = [...job.reversedPath, machine.env['PATH'] ?? ''].filter(entry => entry !== '').join(':')
  return {
    ...machine.env,
    PATH: path,
    ...Object.fromEntries(runtimeEnvironment(execution.githubContext, contexts.runner)),
    ...Object.fromEntries(idTokenEnvironment(job)),
    GITHUB_ACTIONS: 'true',
    CI: machine.env['CI'] ?? 'true'
  }
}
