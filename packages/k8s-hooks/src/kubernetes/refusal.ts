/** An answer of the API server that is no success. */
export interface Refusal {
  readonly status: number
  /** A Status object in JSON; plain text where a proxy answered. */
  readonly body: string
}

/**
 * Whether the same request may be sent again: the server has no time (429), it failed (5xx), or others changed the same object first
 * (409 "Conflict", as a ResourceQuota gives when pods are created side by side). A 409 "AlreadyExists" is for good.
 */
export function isTransientRefusal({ status, body }: Refusal): boolean {
  return status === 429 || status >= 500 || (status === 409 && statusOf(body).reason === 'Conflict')
}

/** What the server says about it. */
export function wordsOf({ body }: Refusal): string {
  const { message } = statusOf(body)
  return typeof message === 'string' ? message : body.trim().slice(0, 500) || 'no reason given'
}

interface StatusFields {
  readonly message?: unknown
  readonly reason?: unknown
}

function statusOf(body: string): StatusFields {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
