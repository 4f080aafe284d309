import { HookError } from '@k8s-hooks/hooklib'
import type WebSocket from 'ws'
import type { Sleep } from '../support/poll.ts'
import { reasonOf } from '../support/reason-of.ts'
import { toApiError } from './api-error.ts'
import type { ClusterAccess } from './cluster-access.ts'
import type { Exec, ExecRequest } from './cluster.ts'
import { carryExec } from './exec-carrier.ts'
import { openExecSocket } from './exec-socket.ts'
import type { Handshake } from './handshake.ts'
import { isTransientRefusal, type Refusal } from './refusal.ts'
import { retry, type Transient } from './retry.ts'

/**
 * Commands in containers by WebSocket. What refuses the socket for a moment (429, 5xx, no answer) is tried again: the command was not started then.
 * @throws HookError `NOT_AUTHENTICATED`, `PERMISSION_DENIED`, `CLUSTER_UNREACHABLE`, `CLUSTER_REFUSED` (container not running, pod gone)
 */
export function createExec(access: ClusterAccess, handshake: Handshake, sleep?: Sleep): Exec {
  return async request => {
    try {
      const socket = await retry(() => tryOpen(access, handshake, request), { signal: request.signal, sleep })
      return await carryExec(socket, request)
    } finally {
      request.stdin?.destroy()
    }
  }
}

async function tryOpen(
  access: ClusterAccess,
  handshake: Handshake,
  request: ExecRequest
): Promise<WebSocket | Transient> {
  request.signal.throwIfAborted()
  const opened = await openExecSocket(access, handshake, request).catch((error: unknown): Refusal => ({
    status: 0,
    body: reasonOf(error)
  }))
  if (!('body' in opened)) return opened
  request.signal.throwIfAborted()
  if (opened.status === 0) {
    return {
      transient: new HookError(
        'CLUSTER_UNREACHABLE',
        `The API server did not take the exec into pod ${request.podName}: ${opened.body}`,
        {
          hint: 'Does everything between the runner pod and the API server let WebSockets through, and is it Kubernetes 1.30 or newer?'
        }
      )
    }
  }
  const error = toApiError({
    verb: 'get',
    resource: 'pods/exec',
    name: request.podName,
    namespace: access.namespace,
    ...opened
  })
  if (!isTransientRefusal(opened)) throw error
  return { transient: error, retryAfterMs: opened.retryAfterMs }
}
