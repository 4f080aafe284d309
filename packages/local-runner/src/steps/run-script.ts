import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveText } from '../expressions/resolve-template.ts'
import { combinePath } from '../job/layout.ts'
import { idTokenEnvironment } from '../job/service-environment.ts'
import type { RunScript } from '../workflow/step-definition.ts'
import type { Template } from '../workflow/template.ts'
import type { ActionRun } from './action-run.ts'
import { findProgram } from './find-program.ts'
import { printScriptDetails } from './print-details.ts'
import { parseShell, scriptContents, type Shell } from './shell.ts'
import { hostPath, runOnStepHost } from './step-host.ts'

/** A `run:` step (1.5). */
export async function runScript(run: ActionRun, definition: RunScript): Promise<void> {
  const { execution, environment } = run
  const { job } = execution
  const { layout, machine } = job.settings
  const resolve = (template: Template | undefined): string | undefined =>
    template === undefined ? undefined : resolveText(template, execution.inputScope())
  const script = resolve(definition.script) ?? ''
  const option = nonEmpty(resolve(definition.shell)) ?? runDefault(run, 'shell')
  const shell = parseShell(option)
  const file = job.container === undefined ? hostShell(run, shell, option) : shell.command
  printScriptDetails(run, script, `${file} ${shell.argumentFormat}`)
  const path = join(layout.temp, `${machine.createUuid()}${shell.extension}`)
  writeFileSync(path, scriptContents(shell, script))
  for (const [name, value] of idTokenEnvironment(job)) environment.set(name, value)
  const scriptPath = job.container?.paths.toContainer(path) ?? path
  const directory = resolve(definition.workingDirectory) ?? runDefault(run, 'working-directory') ?? ''
  const exitCode = await runOnStepHost(run, {
    file,
    arguments: shell.argumentFormat.replaceAll('{0}', scriptPath.replaceAll('"', '\\"')),
    workingDirectory: combinePath(layout.workspace, directory)
  })
  if (exitCode === 0) return
  execution.log.error(`Process completed with exit code ${exitCode}.`)
  execution.result = 'failure'
}

/** `defaults.run` counts for steps of the job, not inside composite actions. */
function runDefault({ execution }: ActionRun, key: string): string | undefined {
  return execution.scope.composite === undefined ? nonEmpty(execution.job.runDefaults.get(key)) : undefined
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** On the runner the shell must be there; without `shell:` bash is taken when it is, with the arguments of sh. */
function hostShell({ execution }: ActionRun, shell: Shell, option: string | undefined): string {
  const { job } = execution
  const path = hostPath(job.reversedPath, job.settings.machine.env['PATH'])
  const names = option === undefined ? ['bash', 'sh'] : [shell.command]
  for (const name of names) {
    const program = findProgram(name, path)
    if (program !== undefined) return program
  }
  throw new Error(`${shell.command}: command not found`)
}
