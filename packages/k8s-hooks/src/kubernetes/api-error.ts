import { HookError } from '@k8s-hooks/hooklib'

export interface ApiFailure {
  readonly verb: string
  readonly resource: string
  readonly name?: string
  readonly namespace: string
  readonly status: number
  /** The body of the answer: a Status object in JSON, or plain text. */
  readonly body: string
}

/** The API server's refusal in its own words, with what to do about it. */
export function toApiError(failure: ApiFailure): HookError {
  const { verb, resource, name, namespace, status } = failure
  const words = serverWordsOf(failure.body)
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
      'PERMISSION_DENIED',
      `The API server does not accept the runner's service account token (${verb} ${what}): ${words}`,
      {
        hint: 'Is the service account of the runner pod still there?'
      }
    )
  }
  return new HookError(
    'CLUSTER_REFUSED',
    `Kubernetes refused to ${verb} ${what} in namespace ${namespace} (${status}): ${words}`
  )
}

/** Statuses after which the same request may be sent again. */
export function isTransientStatus(status: number): boolean {
  return status === 429 || status >= 500
}

/** Whether the role lacks the verb: the sign to go the other way (a Pod where Jobs are refused). */
export function isPermissionDenied(error: unknown): boolean {
  return error instanceof HookError && error.code === 'PERMISSION_DENIED'
}

function serverWordsOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string')
      return parsed.message
  } catch {
    // Proxies in front of the API server answer in plain text.
  }
  return body.trim().slice(0, 500) || 'no reason given'
}
