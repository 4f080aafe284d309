import type { Job } from './job.ts'

/** Addresses that only github.com answers: an action that needs them fails at the name, not silently. */
const service = 'https://local-runner.invalid/'

type Variables = readonly (readonly [name: string, value: string])[]

/** `ACTIONS_*` of JavaScript and container actions (1.4). */
export function serviceEnvironment(job: Job): Variables {
  return [
    ['ACTIONS_RUNTIME_URL', service],
    ['ACTIONS_RUNTIME_TOKEN', tokenOf(job)],
    ['ACTIONS_CACHE_URL', service],
    ['ACTIONS_RESULTS_URL', service],
    ...idTokenEnvironment(job)
  ]
}

/** Only with `id-token: write` (1.4). */
export function idTokenEnvironment(job: Job): Variables {
  if (!job.settings.definition.requestsIdToken) return []
  return [
    ['ACTIONS_ID_TOKEN_REQUEST_URL', service],
    ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', tokenOf(job)]
  ]
}

function tokenOf(job: Job): string {
  const { token } = job.settings.contexts.github
  return typeof token === 'string' ? token : ''
}
