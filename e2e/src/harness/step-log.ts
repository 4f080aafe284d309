import type { StepReport } from './run-report.ts'
import type { WorkflowRun } from './run-workflow.ts'

/** The report of the step with this name or id. Throws when there is none. */
export function stepOf({ report, log }: WorkflowRun, nameOrId: string): StepReport {
  const step = report.steps.find(({ name, id }) => name === nameOrId || id === nameOrId)
  if (step === undefined) throw new Error(`No step "${nameOrId}" was run:\n${log}`)
  return step
}

/** What the log holds between the start and the end of a step, line by line. */
export function logOf(run: WorkflowRun, nameOrId: string): readonly string[] {
  const { name } = stepOf(run, nameOrId)
  const lines = run.log.split('\n')
  const start = lines.indexOf(`▶ ${name}`)
  const end = lines.findIndex((line, index) => index > start && /^[✔✘■⊘] /.test(line) && line.slice(2).startsWith(name))
  return lines.slice(start + 1, end < 0 ? lines.length : end)
}

/** What the step's last hook call printed: its log after the runner's own group about the hook. */
export function outputOf(run: WorkflowRun, nameOrId: string): readonly string[] {
  const lines = logOf(run, nameOrId)
  const heading = lines.findLastIndex(line => line.startsWith("##[group]Run '/home/runner/k8s-hooks/"))
  return lines.slice(lines.indexOf('##[endgroup]', heading) + 1)
}
