import { applyJobContext } from '../hook/apply-response.ts'
import { callHook } from '../hook/call-hook.ts'
import type { Step } from '../steps/step.ts'
import { emptyMapping } from '../workflow/template.ts'
import type { Job } from './job.ts'

/** "Initialize containers" (prepare_job); none in jobs without container and services (0). */
export function containerSteps(job: Job): readonly Step[] {
  if (job.container === undefined && job.services.length === 0) return []
  return [
    runnerStep('Initialize containers', 'success()', async execution => {
      // Registered before prepare_job runs: cleanup_job is called even when it failed (0).
      job.postSteps.push(stopContainers())
      const response = await callHook(execution, {
        command: 'prepare_job',
        args: { container: job.container?.args ?? null, services: job.services.map(service => service.args) }
      })
      applyJobContext(job, response)
    })
  ]
}

function stopContainers(): Step {
  return runnerStep('Stop containers', 'always()', async execution => {
    await callHook(execution, { command: 'cleanup_job' })
  })
}

/** A stage of the runner itself. */
export function runnerStep(name: string, condition: string, run: Step['run']): Step {
  return {
    id: '',
    actionName: undefined,
    name: () => name,
    condition,
    env: emptyMapping,
    continueOnError: undefined,
    timeoutMinutes: undefined,
    state: new Map(),
    run
  }
}
