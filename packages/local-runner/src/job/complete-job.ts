import { findOrphans } from './end-orphans.ts'
import { resolveTexts } from '../expressions/resolve-template.ts'
import type { StepExecution } from '../steps/step-execution.ts'

/**
 * "Complete job": the job's outputs, then an end to what its steps left running.
 *
 * @returns the outputs
 */
export function completeJob(execution: StepExecution): Readonly<Record<string, string>> {
  const outputs = resolveOutputs(execution)
  endOrphans(execution)
  return outputs
}

/** Empty outputs and those with a secret in them are left out. */
function resolveOutputs(execution: StepExecution): Readonly<Record<string, string>> {
  const { job, log } = execution
  const { definition } = job.settings
  const { masker } = job.settings.log
  const outputs: [string, string][] = []
  if (definition.outputs.entries.length > 0) log.output('Evaluate and set job outputs')
  for (const [name, value] of resolveTexts(definition.outputs, execution.expressionScope())) {
    if (value === '') continue
    if (masker.mask(value) !== value) {
      log.warning(`Skip output '${name}' since it may contain secret.`)
      continue
    }
    log.output(`Set output '${name}'`)
    outputs.push([name, value])
  }
  return Object.fromEntries(outputs)
}

function endOrphans({ job, log }: StepExecution): void {
  const { env, procRoot } = job.settings.machine
  log.output('Cleaning up orphan processes')
  for (const { pid, name } of findOrphans(env['RUNNER_TRACKING_ID'] ?? '', procRoot)) {
    log.output(`Terminate orphan process: pid (${pid}) (${name})`)
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      log.debug(`pid ${pid}: ${String(error)}`)
    }
  }
}
