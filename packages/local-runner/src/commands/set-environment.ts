import type { StepExecution } from '../steps/step-execution.ts'

/**
 * Sets a variable for the steps that follow.
 *
 * @throws Error for NODE_OPTIONS, which the runner keeps to itself
 */
export function setEnvironment(execution: StepExecution, name: string, value: string): void {
  if (name.toUpperCase() === 'NODE_OPTIONS') {
    throw new Error(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`)
  }
  execution.job.environment.set(name, value)
  execution.env.set(name, value)
  execution.log.debug(`${name}='${value}'`)
}
