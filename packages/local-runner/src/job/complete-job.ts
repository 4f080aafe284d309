import { resolveTexts } from '../expressions/resolve-template.ts'
import type { StepExecution } from '../steps/step-execution.ts'

/**
 * "Complete job": the job's outputs. Empty ones and those with a secret in them are left out.
 *
 * @returns the outputs
 */
export function completeJob(execution: StepExecution): Readonly<Record<string, string>> {
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
