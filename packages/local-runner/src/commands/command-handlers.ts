import type { AnnotationLevel } from '../log/step-log.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import { setEnvironment } from './set-environment.ts'
import { annotate } from './annotate.ts'
import type { WorkflowCommand } from './workflow-command.ts'

export interface CommandHandler {
  /** The line itself is not shown when `::echo::on`. */
  readonly omitEcho: boolean
  /** @throws Error when the command cannot be carried out; the step then fails */
  readonly run: (execution: StepExecution, command: WorkflowCommand) => void
}

const shown = (run: CommandHandler['run']): CommandHandler => ({ omitEcho: false, run })
const hidden = (run: CommandHandler['run']): CommandHandler => ({ omitEcho: true, run })

export const commandHandlers: ReadonlyMap<string, CommandHandler> = new Map([
  ['add-mask', hidden(addMask)],
  ['add-matcher', shown(ignoreMatcher)],
  ['add-path', shown(addPath)],
  ['debug', hidden((execution, { data }) => execution.log.debug(data))],
  ['echo', shown(setEcho)],
  ['endgroup', shown(execution => execution.log.output('##[endgroup]'))],
  ['error', issue('error')],
  ['group', shown((execution, { data }) => execution.log.output(`##[group]${data}`))],
  ['notice', issue('notice')],
  ['remove-matcher', shown(ignoreMatcher)],
  ['save-state', shown((execution, command) => execution.state.set(required(command, 'name'), command.data))],
  ['set-env', shown(setEnv)],
  ['set-output', shown(setOutput)],
  ['warning', issue('warning')]
])

function issue(level: AnnotationLevel): CommandHandler {
  return hidden((execution, command) => annotate(execution, level, command))
}

function addMask(execution: StepExecution, { data }: WorkflowCommand): void {
  if (data.trim() === '') {
    execution.log.warning("Can't add secret mask for empty string in ##[add-mask] command.")
    return
  }
  if (execution.echo) execution.log.output('::add-mask::***')
  execution.job.settings.log.masker.add(data)
}

function ignoreMatcher(execution: StepExecution, { name }: WorkflowCommand): void {
  execution.log.debug(`local-runner does not apply problem matchers: ${name} has no effect.`)
}

function setOutput(execution: StepExecution, command: WorkflowCommand): void {
  execution.scope.setOutput(execution.id, required(command, 'name'), command.data)
}

function setEnv(execution: StepExecution, command: WorkflowCommand): void {
  refuseUnlessAllowed(execution, command)
  setEnvironment(execution, required(command, 'name'), command.data)
}

function addPath(execution: StepExecution, command: WorkflowCommand): void {
  refuseUnlessAllowed(execution, command)
  if (command.data === '') throw new Error("Value cannot be null. (Parameter 'path')")
  execution.job.addPath(command.data)
}

function setEcho(execution: StepExecution, { data }: WorkflowCommand): void {
  const value = data.trim().toUpperCase()
  if (value !== 'ON' && value !== 'OFF') {
    throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${data}'.`)
  }
  execution.echo = value === 'ON'
}

/** `set-env` and `add-path` are off unless the author opts in (1.8). */
function refuseUnlessAllowed({ env, job }: StepExecution, { name }: WorkflowCommand): void {
  const optIn = 'ACTIONS_ALLOW_UNSECURE_COMMANDS'
  const allowed = env.get(optIn) ?? job.settings.machine.env[optIn]
  if (allowed?.toLowerCase() === 'true') return
  throw new Error(
    `The \`${name}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command ` +
      `execution by setting the \`${optIn}\` environment variable to \`true\`. For more information see: ` +
      'https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/'
  )
}

function required({ name, properties }: WorkflowCommand, property: string): string {
  const value = properties[property]
  if (value === undefined || value === '') {
    throw new Error(`Required field '${property}' is missing in ##[${name}] command.`)
  }
  return value
}
