import { mkdirSync, rmSync } from 'node:fs'
import type { ActionInstance } from '../actions/action-instance.ts'
import { prepareActions } from '../actions/prepare-actions.ts'
import { resolveTexts, textOf } from '../expressions/resolve-template.ts'
import { actionSourceOf } from '../steps/action-source.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import { toMapping, valueOf } from '../workflow/template.ts'
import type { Job } from './job.ts'
import { resolveJobContainer, resolveServices, type ContainerContext } from './resolve-containers.ts'

/** The version of the runner whose rules local-runner follows. */
const runnerVersion = '2.336.0'

/** "Set up job": folders, environment, containers, actions. Nothing of the hook runs yet (0). */
export function setUpJob(execution: StepExecution, name: string, instances: readonly ActionInstance[]): void {
  const { job, log } = execution
  const { definition, machine } = job.settings
  log.output(`Current runner version: '${runnerVersion}', played by local-runner`)
  log.output(`Runner name: '${machine.hostName}'`)
  if (definition.ignored.length > 0) log.output(`Left to the server: ${definition.ignored.join(', ')}`)
  for (const name of ['ACTIONS_RUNNER_HOOK_JOB_STARTED', 'ACTIONS_RUNNER_HOOK_JOB_COMPLETED']) {
    if (machine.env[name] !== undefined) log.warning(`${name} is set; local-runner does not run it.`)
  }
  log.output('Prepare workflow directory')
  prepareDirectories(job)
  resolveEnvironment(execution)
  resolveContainers(execution)
  requireContainer(job)
  resolveDefaults(execution)
  log.output('Prepare all required actions')
  prepareActions(instances, actionSourceOf(job), log)
  log.output(`Complete job name: ${name}`)
}

function prepareDirectories({ settings }: Job): void {
  const { layout } = settings
  for (const path of [layout.temp, layout.actions]) rmSync(path, { recursive: true, force: true })
  for (const path of [
    layout.temp,
    layout.actions,
    layout.tools,
    layout.workspace,
    layout.home,
    layout.workflow,
    layout.fileCommands
  ]) {
    mkdirSync(path, { recursive: true })
  }
}

function resolveEnvironment(execution: StepExecution): void {
  for (const block of execution.job.settings.definition.env) {
    for (const [name, value] of resolveTexts(block, execution.expressionScope())) {
      execution.job.environment.set(name, value)
      execution.env.set(name, value)
    }
  }
}

function resolveContainers(execution: StepExecution): void {
  const { job } = execution
  const { definition, layout, machine, contexts } = job.settings
  const context: ContainerContext = {
    scope: execution.expressionScope(),
    layout,
    env: machine.env,
    owner: { actor: textOf(contexts.github['actor'] ?? null), token: textOf(contexts.github['token'] ?? null) }
  }
  job.container = resolveJobContainer(definition.container, context)
  job.services = resolveServices(definition.services, context)
}

/** ARC sets this in both Kubernetes modes (0). */
function requireContainer({ container, settings }: Job): void {
  if (container !== undefined) return
  if (settings.machine.env['ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER']?.toLowerCase() !== 'true') return
  throw new Error(
    "Jobs without a job container are forbidden on this runner, please add a 'container:' to your job " +
      'or contact your self-hosted runner administrator.'
  )
}

function resolveDefaults(execution: StepExecution): void {
  for (const defaults of execution.job.settings.definition.defaults) {
    const run = toMapping(valueOf(defaults, 'run'), 'defaults.run')
    for (const [name, value] of resolveTexts(run, execution.expressionScope())) {
      if (value !== '') execution.job.runDefaults.set(name, value)
    }
  }
}
