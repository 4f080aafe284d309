import WebSocket from 'ws'
import type { ClusterAccess } from './cluster-access.ts'
import type { ExecRequest } from './cluster.ts'
import type { Handshake } from './handshake.ts'
import { retryAfterMsOf, type Refusal } from './refusal.ts'

/** Since Kubernetes 1.30; the first version in which the end of stdin can be told without closing the socket. */
const execProtocol = 'v5.channel.k8s.io'

/**
 * Opens the exec WebSocket. The socket is paused: nothing is lost before the listeners are there.
 * Resolves with the answer when the server refused, with status 0 and the reason when nothing answered or the signal aborted.
 */
export async function openExecSocket(
  access: ClusterAccess,
  handshake: Handshake,
  request: ExecRequest
): Promise<WebSocket | Refusal> {
  const first = await openOnce(access, handshake, request)
  const wasNotResumed = 'failure' in first && handshake.wasNotResumed(first.failure)
  const outcome = wasNotResumed ? await openOnce(access, handshake, request) : first
  return 'failure' in outcome ? { status: 0, body: outcome.failure.message } : outcome
}

/** No answer came. */
interface Failed {
  readonly failure: Error
}

async function openOnce(
  access: ClusterAccess,
  handshake: Handshake,
  request: ExecRequest
): Promise<WebSocket | Refusal | Failed> {
  const token = await access.token()
  const socket = new WebSocket(execUrl(access, request), [execProtocol], {
    ...handshake.options(),
    perMessageDeflate: false,
    handshakeTimeout: 30_000,
    headers: { 'user-agent': 'k8s-hooks', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  })
  return await new Promise(resolve => {
    const abort = (): void => socket.terminate()
    request.signal.addEventListener('abort', abort, { once: true })
    const settle = (outcome: WebSocket | Refusal | Failed): void => {
      request.signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    socket.once('open', () => {
      socket.pause()
      socket.removeAllListeners('error')
      settle(socket)
    })
    socket.once('error', failure => settle({ failure }))
    socket.once('unexpected-response', (_outgoing, response) => {
      const chunks: Buffer[] = []
      const connection = response.socket
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      // ws leaves this connection to us, and the API server keeps it open for 90 s more.
      response.on('end', () => connection.destroy())
      response.on('close', () =>
        settle({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          retryAfterMs: retryAfterMsOf(response)
        })
      )
    })
  })
}

function execUrl({ host, port, basePath, namespace }: ClusterAccess, request: ExecRequest): string {
  const query = new URLSearchParams()
  for (const argument of request.command) query.append('command', argument)
  query.set('container', request.container)
  query.set('stdin', String(request.stdin !== undefined))
  query.set('stdout', 'true')
  query.set('stderr', 'true')
  const server = host.includes(':') ? `[${host}]` : host
  const path = `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(request.podName)}/exec`
  return `wss://${server}:${port}${basePath}${path}?${query.toString()}`
}
