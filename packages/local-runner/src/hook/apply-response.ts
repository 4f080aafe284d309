import type { Job } from '../job/job.ts'
import type { ServiceContainer } from '../job/job-container.ts'
import type { HookCall } from './hook-args.ts'
import type { HookResponse, ResponseService } from './parse-response.ts'
import { indexOutOfRange, nullReference } from './response-error.ts'

/** A state in the answer replaces the whole state, `{}` too; without one the old stays; cleanup's is ignored (1.9). */
export function applyState(job: Job, call: HookCall, response: HookResponse | undefined): void {
  if (call.command === 'cleanup_job' || response === undefined || response.state === null) return
  job.hookState = response.state
}

/**
 * Takes `job.container` and `job.services` from the answer of prepare_job (1.9).
 *
 * @throws Error in the words of the exception that the runner ends with where the hook breaks the contract
 */
export function applyJobContext(job: Job, response: HookResponse | undefined): void {
  if (response === undefined) throw new Error(nullReference)
  job.isAlpine = response.isAlpine ?? false
  const { context } = response
  if (context === undefined) return
  for (const key of ['id', 'network'] as const) {
    const value = context.container?.[key]
    if (value === undefined) continue
    if (job.container === undefined) throw new Error(nullReference)
    job.containerContext.set(key, value)
  }
  if (context.services === null) throw new Error(nullReference)
  context.services.forEach((service, index) => applyService(job, job.services[index], service))
}

function applyService(job: Job, requested: ServiceContainer | undefined, service: ResponseService): void {
  if (requested === undefined) throw new Error(indexOutOfRange)
  if (service.ports === undefined) throw new Error(nullReference)
  job.servicesContext.set(requested.alias, {
    id: service.id ?? null,
    ports: service.ports,
    network: service.network ?? null
  })
}
