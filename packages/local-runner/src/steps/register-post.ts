import type { ActionInstance } from '../actions/action-instance.ts'
import { actionSourceOf } from './action-source.ts'
import { runStage, stageCondition } from './run-stage.ts'
import type { StepExecution } from './step-execution.ts'

/** Notes that an action has a post stage: once, before its first stage runs, so that the last one posts first. */
export function registerPost(execution: StepExecution, instance: ActionInstance): void {
  if (instance.postRegistered) return
  instance.postRegistered = true
  // Inside a composite action the post stage is part of that action's own.
  if (execution.parent !== undefined) return
  const name = `Post ${execution.displayName.replace(/^Pre /i, '')}`
  const { job } = execution
  job.postSteps.push({
    id: '',
    actionName: instance.step.id,
    name: () => name,
    condition: stageCondition(instance, 'post', actionSourceOf(job)),
    env: instance.step.env,
    continueOnError: instance.step.continueOnError,
    timeoutMinutes: instance.step.timeoutMinutes,
    state: instance.state,
    run: post => runStage(post, instance, 'post')
  })
}
