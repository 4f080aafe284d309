import type { CompositeRuns } from '../actions/action-manifest.ts'
import type { ActionInstance } from '../actions/action-instance.ts'
import { hasPre } from '../actions/action-stages.ts'
import { evaluateCondition } from '../expressions/evaluate-condition.ts'
import { resolveText } from '../expressions/resolve-template.ts'
import type { JobStatus } from '../expressions/status-functions.ts'
import type { StepConclusion } from '../log/log-sink.ts'
import { actionSourceOf } from './action-source.ts'
import type { ActionRun } from './action-run.ts'
import { prepareEnvironment } from './prepare-environment.ts'
import { finishStep, reportError, runToResult } from './run-to-result.ts'
import { runStage, stageCondition } from './run-stage.ts'
import { Scope } from './scope.ts'
import { StepExecution } from './step-execution.ts'

/** One stage of a composite action: the same stage of its steps, and in main its outputs. */
export async function runComposite(run: ActionRun, runs: CompositeRuns): Promise<void> {
  const { execution, stage } = run
  const scope = new Scope({
    inputs: Object.fromEntries(run.inputs.entries.map(({ name, value }) => [name, value])),
    actionPath: run.action.directory,
    status: () => statusOf(execution),
    environment: execution.ownEnv
  })
  for (const child of stepsOf(run)) await runEmbedded(run, child, scope)
  if (stage !== 'main') return
  const outer = new StepExecution({ ...embeddedOptions(run), scope, id: execution.id })
  for (const [name, value] of execution.env) outer.env.set(name, value)
  for (const { name, value } of runs.outputs) {
    execution.scope.setOutput(execution.id, name, resolveText(value, outer.expressionScope()))
  }
}

function stepsOf({ instance, stage, execution }: ActionRun): readonly ActionInstance[] {
  const children = instance.children ?? []
  if (stage === 'main') return children
  if (stage === 'pre') return children.filter(child => hasPre(child, actionSourceOf(execution.job)))
  return children.filter(child => child.postRegistered).reverse()
}

/** A failing step does not end the action: later steps decide by their conditions. */
async function runEmbedded(run: ActionRun, child: ActionInstance, scope: Scope): Promise<void> {
  const { execution, stage } = run
  const embedded = new StepExecution({ ...embeddedOptions(run), scope, id: child.step.id, state: child.state })
  embedded.github.set('action', child.step.id)
  embedded.github.set('action_path', run.action.directory)
  const conclusion = await decideAndRun(embedded, run, child)
  if (stage === 'main') {
    scope.setResult(child.step.id, conclusion === 'skipped' ? 'skipped' : (embedded.result ?? 'success'), conclusion)
  }
  if (conclusion === 'failure' || conclusion === 'cancelled') execution.result = worse(execution.result, conclusion)
}

async function decideAndRun(
  embedded: StepExecution,
  { stage, execution }: ActionRun,
  child: ActionInstance
): Promise<StepConclusion> {
  try {
    prepareEnvironment(embedded, child.step.env)
    const condition = stageCondition(child, stage, actionSourceOf(execution.job))
    if (!evaluateCondition(condition, embedded.expressionScope())) return 'skipped'
  } catch (error) {
    reportError(embedded, error)
    return 'failure'
  }
  await runToResult(embedded, { timeoutMinutes: undefined, run: () => runStage(embedded, child, stage) })
  return finishStep(embedded, child.step.continueOnError)
}

function embeddedOptions({ execution }: ActionRun): {
  readonly job: StepExecution['job']
  readonly displayName: string
  readonly signal: AbortSignal
  readonly state: Map<string, string>
  readonly parent: StepExecution
} {
  const { job, displayName, signal } = execution
  return { job, displayName, signal, state: new Map(), parent: execution }
}

function statusOf({ result }: StepExecution): JobStatus {
  return result ?? 'success'
}

function worse(current: StepExecution['result'], next: 'failure' | 'cancelled'): 'failure' | 'cancelled' {
  return current === 'cancelled' ? current : next
}
