import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'
import { systemSleep, type Sleep } from '../support/poll.ts'
import type { Api } from './api.ts'
import type { FollowLogs, LogRequest } from './cluster.ts'
import { containerStatusOf } from './container-status.ts'
import { createLogCursor, type LogCursor } from './log-cursor.ts'

const pauseAfterBreakMs = 200

/**
 * Follows a log until the container has ended. A log stream can end early (rotation, restarts of the API server), so its end proves nothing:
 * the container's state decides, and what is left is fetched once more after that.
 */
export function createFollowLogs(api: Api, sleep: Sleep = systemSleep): FollowLogs {
  return async request => {
    const cursor = createLogCursor()
    for (;;) {
      const ended = await hasEnded(api, request)
      await copyLog(await openLog(api, request, cursor, !ended), cursor, request)
      const rest = cursor.endOfStream(ended)
      if (rest.length > 0) request.output.write(rest)
      if (ended) return
      if (!(await hasEnded(api, request))) await sleep(pauseAfterBreakMs, request.signal)
    }
  }
}

async function openLog(api: Api, request: LogRequest, cursor: LogCursor, follow: boolean): Promise<IncomingMessage> {
  const { podName, container, signal } = request
  const since = cursor.sinceTime()
  return await api.open(
    { verb: 'get', resource: 'pods/log', name: podName },
    {
      method: 'GET',
      path: `/api/v1/namespaces/${api.namespace}/pods/${encodeURIComponent(podName)}/log`,
      query: {
        container,
        follow: String(follow),
        timestamps: 'true',
        ...(since === undefined ? {} : { sinceTime: since })
      },
      signal
    }
  )
}

async function copyLog(message: IncomingMessage, cursor: LogCursor, { output, signal }: LogRequest): Promise<void> {
  // A silent container is no dead connection: the transport's idle time-out ends with the answer's head.
  message.socket.setTimeout(0)
  try {
    for await (const chunk of message) {
      const text = cursor.accept(Buffer.from(chunk as Uint8Array))
      if (text.length > 0 && !output.write(text)) await drained(output)
    }
  } catch {
    signal.throwIfAborted()
  }
}

async function drained(output: Writable): Promise<void> {
  await new Promise<void>(resolve => {
    output.once('drain', resolve)
    output.once('close', resolve)
  })
}

async function hasEnded(api: Api, { podName, container, signal }: LogRequest): Promise<boolean> {
  const { json, status } = await api.call(
    { verb: 'get', resource: 'pods', name: podName },
    { method: 'GET', path: `/api/v1/namespaces/${api.namespace}/pods/${encodeURIComponent(podName)}`, signal },
    { expected: [404] }
  )
  if (status === 404) throw new HookError('POD_GONE', `Pod ${podName} was deleted while its log was read.`)
  return containerStatusOf(json as V1Pod, container)?.state?.terminated !== undefined
}
