import { readFile } from 'node:fs/promises'

/** One request of a service account, as the API server wrote it down. */
export interface ApiRequest {
  readonly receivedMs: number
  readonly verb: string
  readonly uri: string
}

/** Requests of one service account in the order of their arrival, by the API server's audit log; each once, however many stages it has. */
export async function readRequests(auditLog: string, user: string): Promise<readonly ApiRequest[]> {
  const requests = new Map<string, ApiRequest>()
  for (const line of (await readFile(auditLog, 'utf8')).split('\n')) {
    if (!line.includes(`"username":"${user}"`)) continue
    const event = JSON.parse(line) as AuditEvent
    requests.set(event.auditID, {
      receivedMs: millisecondsOf(event.requestReceivedTimestamp),
      verb: event.verb,
      uri: event.requestURI
    })
  }
  return [...requests.values()].sort((a, b) => a.receivedMs - b.receivedMs)
}

interface AuditEvent {
  readonly auditID: string
  readonly verb: string
  readonly requestURI: string
  /** "2026-11-22T10:28:36.215396Z" */
  readonly requestReceivedTimestamp: string
}

/** Date.parse keeps whole milliseconds only. */
function millisecondsOf(timestamp: string): number {
  const microseconds = /\.\d{3}(\d{3})Z$/.exec(timestamp)?.[1] ?? '0'
  return Date.parse(timestamp) + Number(microseconds) / 1000
}
