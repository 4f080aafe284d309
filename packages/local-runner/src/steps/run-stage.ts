import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionInstance, type Stage } from '../actions/action-instance.ts'
import type { LoadedAction } from '../actions/action-manifest.ts'
import type { ActionReference } from '../actions/action-reference.ts'
import { declaresPost, declaresPre, referenceOf, type ActionSource } from '../actions/action-stages.ts'
import { loadAction } from '../actions/load-action.ts'
import { prepareActions } from '../actions/prepare-actions.ts'
import { openFileCommands } from '../commands/file-commands.ts'
import type { ActionRun } from './action-run.ts'
import { actionSourceOf } from './action-source.ts'
import { evaluateInputs } from './evaluate-inputs.ts'
import { printActionDetails } from './print-details.ts'
import { registerPost } from './register-post.ts'
import { runComposite } from './run-composite.ts'
import { runContainer } from './run-container.ts'
import { runJavaScript } from './run-javascript.ts'
import { runScript } from './run-script.ts'
import type { StepExecution } from './step-execution.ts'

const script: LoadedAction = { directory: '', inputs: [], runs: { kind: 'script' } }

/** Runs pre, main or post of one step: of the job, or embedded in a composite action (ActionRunner). */
export async function runStage(execution: StepExecution, instance: ActionInstance, stage: Stage): Promise<void> {
  const { job } = execution
  const source = actionSourceOf(job)
  const reference = referenceOf(instance, source)
  const action = reference === undefined ? script : loadAction(reference, job.settings.layout)
  if (stage === 'main' && reference?.kind === 'local') prepareLocal(execution, instance, action, reference)
  if (stage !== 'post' && declaresPost(instance, action, source)) registerPost(execution, instance)
  writeEvent(execution)
  execution.github.set('action_repository', reference?.kind === 'remote' ? reference.repository : null)
  execution.github.set('action_ref', reference?.kind === 'remote' ? reference.ref : null)
  const readFileCommands = openFileCommands(execution)
  const run: ActionRun = {
    execution,
    instance,
    stage,
    action,
    inputs: evaluateInputs(execution, instance.step, action),
    environment: new Map([
      ...execution.env,
      ...[...instance.state].map(([name, value]) => [`STATE_${name}`, value] as const)
    ])
  }
  if (reference !== undefined) printActionDetails(run, reference)
  try {
    await handle(run)
  } finally {
    // Also after a failure (1.10).
    readFileCommands()
  }
}

/** The condition of a stage: `if:` of the step, `pre-if` and `post-if` of the action. */
export function stageCondition(instance: ActionInstance, stage: Stage, source: ActionSource): string | undefined {
  if (stage === 'main') return instance.step.condition
  const reference = referenceOf(instance, source)
  const runs = reference === undefined ? script.runs : loadAction(reference, source.layout).runs
  if (runs.kind === 'javascript' || runs.kind === 'docker') return stage === 'pre' ? runs.preIf : runs.postIf
  return 'always()'
}

async function handle(run: ActionRun): Promise<void> {
  const { runs } = run.action
  const definition = run.instance.step.action
  if (definition.kind === 'run') await runScript(run, definition)
  else if (runs.kind === 'javascript') await runJavaScript(run, runs)
  else if (runs.kind === 'docker') await runContainer(run, runs)
  else if (runs.kind === 'composite') await runComposite(run, runs)
}

/** A local action is met in the middle of the job: what a composite one uses is fetched now (0). */
function prepareLocal(
  execution: StepExecution,
  instance: ActionInstance,
  action: LoadedAction,
  reference: Extract<ActionReference, { readonly kind: 'local' }>
): void {
  const source = actionSourceOf(execution.job)
  if (action.runs.kind === 'composite') {
    instance.children = action.runs.steps.map(step => new ActionInstance(step))
    execution.log.output('Prepare all required actions')
    prepareActions(instance.children, source, execution.log, 1)
  }
  if (declaresPre(instance, action, source)) {
    execution.log.warning(`\`pre\` execution is not supported for local action from '${reference.path}'`)
  }
}

/** event.json is written anew before every action step, after prepare_job (3). */
function writeEvent({ job }: StepExecution): void {
  const { layout, event } = job.settings
  mkdirSync(layout.workflow, { recursive: true })
  writeFileSync(join(layout.workflow, 'event.json'), event)
}
