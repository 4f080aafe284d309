import { HookError } from '@k8s-hooks/hooklib'
import { isTransientRefusal, wordsOf, type Refusal } from './refusal.ts'

export interface ApiFailure extends Refusal {
  readonly verb: string
  readonly resource: string
  readonly name?: string
  readonly namespace: string
}

/**
 * The API server's refusal in its own words, with what to do about it: `PERMISSION_DENIED` (the role lacks verb or resource),
 * `NOT_AUTHENTICATED` (the token is not accepted),
 * `CLUSTER_UNREACHABLE` (it cannot answer now), `CLUSTER_REFUSED` (it does not want to).
 */
export function toApiError(failure: ApiFailure): HookError {
  const { verb, resource, name, namespace, status } = failure
  const words = wordsOf(failure)
  const what = name === undefined ? resource : `${resource} "${name}"`
  if (status === 403 && /is forbidden: User |cannot \w+ resource/.test(words)) {
    return new HookError(
      'PERMISSION_DENIED',
      `The runner's service account may not ${verb} ${resource} in namespace ${namespace}: ${words}`,
      {
        hint: `Grant the verb "${verb}" on "${resource}" in the role of the runner's service account (README, "Permissions").`
      }
    )
  }
  if (status === 401) {
    return new HookError(
      'NOT_AUTHENTICATED',
      `The API server does not accept the runner's service account token (${verb} ${what}): ${words}`,
      {
        hint: 'Is the service account of the runner pod still there?'
      }
    )
  }
  if (isTransientRefusal(failure)) {
    return new HookError(
      'CLUSTER_UNREACHABLE',
      `Kubernetes could not ${verb} ${what} in namespace ${namespace}, and was asked repeatedly (${status}): ${words}`
    )
  }
  return new HookError(
    'CLUSTER_REFUSED',
    `Kubernetes refused to ${verb} ${what} in namespace ${namespace} (${status}): ${words}`
  )
}

/** Whether the role lacks the verb: the sign to go the other way (a Pod where Jobs are refused). */
export function isPermissionDenied(error: unknown): boolean {
  return error instanceof HookError && error.code === 'PERMISSION_DENIED'
}
