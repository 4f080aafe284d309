import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { ClusterAccess } from './cluster-access.ts'
import type { Handshake } from './handshake.ts'
import { retryAfterMsOf } from './refusal.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
  readonly signal: AbortSignal
}

export interface ApiResponse {
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly message: IncomingMessage
}

/** Sends one request and resolves with the answer's head; the body is still to be read. Rejects when no answer came. */
export type SendRequest = (request: ApiRequest) => Promise<ApiResponse>

/** No byte for this long means that the connection is dead: the API server answers every verb within seconds. A log that is silent so long is opened again. */
const idleTimeoutMs = 30_000

/**
 * Plain https, because the path of a script step must not pay for a generated client (docs/adrs, "Node 20").
 * One connection is kept and used again.
 */
export function createTransport(access: ClusterAccess, handshake: Handshake): SendRequest {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const send: SendRequest = async ({ method, path, query, body, signal }) => {
    const token = await access.token()
    const text = body === undefined ? undefined : JSON.stringify(body)
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`
    return await new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent,
          ...handshake.options(),
          host: access.host,
          port: access.port,
          method,
          path: `${access.basePath}${path}${search}`,
          signal,
          timeout: idleTimeoutMs,
          headers: {
            accept: 'application/json',
            'user-agent': 'k8s-hooks',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          }
        },
        message => resolve({ status: message.statusCode ?? 0, retryAfterMs: retryAfterMsOf(message), message })
      )
      outgoing.on('socket', handshake.watch)
      outgoing.on('timeout', () =>
        outgoing.destroy(Object.assign(new Error('no answer for 30 s'), { code: 'ETIMEDOUT' }))
      )
      outgoing.on('error', reject)
      outgoing.end(text)
    })
  }
  return async request =>
    await send(request).catch(async (error: unknown) => {
      if (!handshake.wasNotResumed(error)) throw error
      return await send(request)
    })
}
