import { resolveBoolean, resolveMinutes } from '../expressions/resolve-template.ts'
import type { StepConclusion } from '../log/log-sink.ts'
import type { Template } from '../workflow/template.ts'
import type { StepExecution } from './step-execution.ts'
import { StepCancelled } from './watch-cancellation.ts'

/** Why a step's signal is aborted. */
class StepTimedOut extends Error {
  constructor(displayName: string, minutes: number) {
    super(`The action '${displayName}' has timed out after ${minutes} minutes.`)
    this.name = 'StepTimedOut'
  }
}

export interface Runnable {
  readonly timeoutMinutes: Template | undefined
  readonly run: (execution: StepExecution) => Promise<void>
}

/** Runs a step under its time limit; what it throws becomes its result and a line of the log. */
export async function runToResult(
  execution: StepExecution,
  step: Runnable,
  controller?: AbortController
): Promise<void> {
  const timer = startTimeout(execution, step.timeoutMinutes, controller)
  try {
    await step.run(execution)
  } catch (error) {
    reportError(execution, error)
    execution.result = error instanceof StepCancelled ? 'cancelled' : 'failure'
  } finally {
    clearTimeout(timer)
  }
  if (execution.commandFailed && execution.result !== 'cancelled') execution.result = 'failure'
}

/** `continue-on-error`: the outcome stays, the conclusion is a success. */
export function finishStep(execution: StepExecution, continueOnError: Template | undefined): StepConclusion {
  const result = execution.result ?? 'success'
  if (result !== 'failure') return result
  try {
    if (resolveBoolean(continueOnError, execution.expressionScope(), 'continue-on-error')) return 'success'
  } catch (error) {
    execution.log.error(
      'The step failed and an error occurred when attempting to determine whether to continue on error.'
    )
    reportError(execution, error)
  }
  return 'failure'
}

/** The message is the error; how it came about is for debug logging. */
export function reportError(execution: StepExecution, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  execution.log.error(message)
  for (let cause = causeOf(error); cause !== undefined; cause = causeOf(cause)) {
    execution.log.diagnostic(cause instanceof Error ? cause.message : JSON.stringify(cause))
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

function startTimeout(
  execution: StepExecution,
  timeoutMinutes: Template | undefined,
  controller: AbortController | undefined
): NodeJS.Timeout | undefined {
  try {
    const minutes = resolveMinutes(timeoutMinutes, execution.expressionScope())
    if (minutes <= 0) return undefined
    const expire = (): void => controller?.abort(new StepTimedOut(execution.displayName, minutes))
    return setTimeout(expire, minutes * execution.job.settings.machine.minuteMs)
  } catch (error) {
    execution.log.error('An error occurred when attempting to determine the step timeout.')
    reportError(execution, error)
    return undefined
  }
}
