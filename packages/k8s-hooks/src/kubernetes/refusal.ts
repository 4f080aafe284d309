import type { IncomingMessage } from 'node:http'

/** An answer of the API server that is no success. */
export interface Refusal {
  readonly status: number
  /** A Status object in JSON; plain text where a proxy answered. */
  readonly body: string
  /** How long the server asks to be left alone. */
  readonly retryAfterMs?: number | undefined
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

/** Of the header of that name; undefined when it is absent or a date, which no API server sends. */
export function retryAfterMsOf({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
