import type { Job } from '../job/job.ts'
import type { StepConclusion } from '../log/log-sink.ts'
import { evaluateCondition } from '../expressions/evaluate-condition.ts'
import { finishStep, reportError, runToResult } from './run-to-result.ts'
import { prepareEnvironment } from './prepare-environment.ts'
import { StepExecution } from './step-execution.ts'
import { watchCancellation } from './watch-cancellation.ts'
import type { Step } from './step.ts'

/** Runs the steps, then what they registered for the end of the job, last registered first. */
export async function runSteps(job: Job, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await runStep(job, step)
  for (let step = job.postSteps.pop(); step !== undefined; step = job.postSteps.pop()) await runStep(job, step)
}

/** One step from its condition to its place in the report. Never throws. */
export async function runStep(job: Job, step: Step): Promise<void> {
  job.settings.killSignal.throwIfAborted()
  const { nowMs } = job.settings.machine
  const startMs = nowMs()
  const controller = new AbortController()
  const { state, id } = step
  const execution = new StepExecution({
    job,
    scope: job.scope,
    id,
    displayName: '',
    signal: controller.signal,
    state
  })
  const release = watchCancellation(execution, step.condition, controller)
  try {
    const conclusion = await decideAndRun(execution, step, controller)
    recordStep(execution, step, conclusion, nowMs() - startMs)
  } finally {
    release()
  }
}

async function decideAndRun(
  execution: StepExecution,
  step: Step,
  controller: AbortController
): Promise<StepConclusion> {
  const { job } = execution
  const { sink } = job.settings.log
  if (step.actionName !== undefined) execution.github.set('action', step.actionName)
  let runs = true
  let failure: unknown
  try {
    prepareEnvironment(execution, step.env)
    runs = evaluateCondition(step.condition, execution.expressionScope())
  } catch (error) {
    failure = error
  }
  execution.displayName = job.settings.log.masker.mask(step.name(execution))
  if (!runs) return 'skipped'
  sink.stepStarted(execution.displayName)
  if (failure !== undefined) {
    reportError(execution, failure)
    execution.result = 'failure'
    return 'failure'
  }
  await runToResult(execution, step, controller)
  return finishStep(execution, step.continueOnError)
}

function recordStep(execution: StepExecution, step: Step, conclusion: StepConclusion, durationMs: number): void {
  const { job, displayName, id } = execution
  const outcome: StepConclusion = conclusion === 'skipped' ? 'skipped' : (execution.result ?? 'success')
  job.scope.setResult(id, outcome, conclusion)
  if (conclusion === 'failure') job.fail()
  job.settings.log.sink.stepEnded(displayName, conclusion, durationMs)
  job.settings.reporter.step({
    name: displayName,
    id: step.actionName ?? '',
    outcome,
    conclusion,
    exitCode: execution.exitCode,
    outputs: maskedOutputs(execution),
    durationMs,
    annotations: execution.log.annotations,
    summary: execution.summary
  })
}

function maskedOutputs({ job, scope, id }: StepExecution): Readonly<Record<string, string>> {
  const { masker } = job.settings.log
  return Object.fromEntries(Object.entries(scope.outputsOf(id)).map(([name, value]) => [name, masker.mask(value)]))
}
