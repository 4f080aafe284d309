import type { ActionInstance } from '../actions/action-instance.ts'
import { hasPre } from '../actions/action-stages.ts'
import { actionSourceOf } from '../steps/action-source.ts'
import { displayName } from '../steps/display-name.ts'
import { runStage, stageCondition } from '../steps/run-stage.ts'
import type { Step } from '../steps/step.ts'
import type { Job } from './job.ts'

/** Pre stages of all actions, in the order of the steps. */
export function preSteps(job: Job, instances: readonly ActionInstance[]): readonly Step[] {
  const source = actionSourceOf(job)
  return instances
    .filter(instance => hasPre(instance, source))
    .map(instance => ({
      ...shared(instance),
      id: '',
      name: execution => `Pre ${displayName(instance.step, execution)}`,
      condition: stageCondition(instance, 'pre', source),
      run: execution => runStage(execution, instance, 'pre')
    }))
}

export function mainSteps(instances: readonly ActionInstance[]): readonly Step[] {
  return instances.map(instance => ({
    ...shared(instance),
    id: instance.step.id,
    name: execution => displayName(instance.step, execution),
    condition: instance.step.condition,
    run: execution => runStage(execution, instance, 'main')
  }))
}

function shared(
  instance: ActionInstance
): Pick<Step, 'actionName' | 'env' | 'continueOnError' | 'timeoutMinutes' | 'state'> {
  const { id, env, continueOnError, timeoutMinutes } = instance.step
  return { actionName: id, env, continueOnError, timeoutMinutes, state: instance.state }
}
