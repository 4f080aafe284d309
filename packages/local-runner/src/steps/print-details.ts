import { describeReference, type ActionReference } from '../actions/action-reference.ts'
import type { ActionRun } from './action-run.ts'

/** The folded head of an action's log: its name, `with:` and `env:`. */
export function printActionDetails(run: ActionRun, reference: ActionReference): void {
  const { log } = run.execution
  if (run.stage === 'post') {
    log.output('Post job cleanup.')
    return
  }
  log.output(`##[group]Run ${describeReference(reference)}`)
  const inputs = run.inputs.entries.filter(({ value }) => value !== '')
  if (inputs.length > 0) log.output('with:')
  for (const { name, value } of inputs) log.output(`  ${name}: ${value}`)
  printEnvironment(run)
  log.output('##[endgroup]')
}

/** The folded head of a `run:` step. */
export function printScriptDetails(run: ActionRun, script: string, shell: string): void {
  const { log } = run.execution
  log.output(`##[group]Run ${firstLine(script)}`)
  const lines = script.replaceAll('\r\n', '\n').replace(/\n+$/, '').split('\n')
  for (const line of lines) log.output(`\u001b[36;1m${line}\u001b[0m`)
  log.output(`shell: ${shell}`)
  printEnvironment(run)
  log.output('##[endgroup]')
}

export function firstLine(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').split(/[\r\n]/)[0] ?? ''
}

function printEnvironment({ execution, environment }: ActionRun): void {
  if (environment.size > 0) execution.log.output('env:')
  for (const [name, value] of environment) execution.log.output(`  ${name}: ${value}`)
}
