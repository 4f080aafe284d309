import type { ApiCall } from './api-call.ts'

/** What happens to a request instead of its answer. */
export type ApiFault =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly retryAfter?: string }
  /** The connection is reset, and the API server never hears of the request. */
  | { readonly kind: 'reset' }
  /** The request is carried out, and the connection is reset instead of its answer. */
  | { readonly kind: 'lost answer' }
  /** The request is carried out, and no answer comes. */
  | { readonly kind: 'silence' }
  /** Of an exec, whose connection to the node breaks: the API server takes that for the command's success. */
  | { readonly kind: 'false success' }

export type FaultOf = (call: ApiCall) => ApiFault | undefined

/** "429", "reset". */
export function nameOfFault(fault: ApiFault): string {
  return fault.kind === 'answer' ? String(fault.status) : fault.kind
}

/** A refusal in the API server's own form. */
export function refusal(status: number, reason: string, message: string): ApiFault {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status }
  return { kind: 'answer', status, body: JSON.stringify(body) }
}

/** Once for every call of the kind; its repetition has none, though it may be told its number or a new random word. */
export function oncePerCall(kind: string, fault: ApiFault): FaultOf {
  const met = new Set<string>()
  return call => {
    const subject = call.subject.replaceAll(/command=\d+&|[0-9a-f]{8}-[-0-9a-f]{27}/g, '')
    if (call.kind !== kind || met.has(subject)) return undefined
    met.add(subject)
    return fault
  }
}

/** One after the other for the first call of each kind and its repetitions; other calls of the kind have none. */
export function faultsInARow(faultsOf: (kind: string) => readonly ApiFault[]): FaultOf {
  const rows = new Map<string, { readonly subject: string; readonly left: ApiFault[] }>()
  return ({ kind, subject }) => {
    const row = rows.get(kind) ?? { subject, left: [...faultsOf(kind)] }
    rows.set(kind, row)
    return row.subject === subject ? row.left.shift() : undefined
  }
}
