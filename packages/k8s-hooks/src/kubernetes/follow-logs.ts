import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { IncomingMessage } from 'node:http'
import { drained } from '../support/drained.ts'
import { poll, type Sleep } from '../support/poll.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { Api } from './api.ts'
import type { FollowLogs, LogRequest } from './cluster.ts'
import { containerStatusOf } from './container-status.ts'
import { createLogCursor, type LogCursor } from './log-cursor.ts'

/** The log of an ended container is at rest: if it cannot be read whole so many times, it cannot be read. */
const maxBrokenEnds = 10

/**
 * A fetch that brings more than this is followed by another. A busy node reports the end of a container while the last 64 KiB of its output are still
 * in the runtime's pipe, and API server and kubelet end a log that breaks between them as if it were whole.
 */
const mostOfLastFetch = 16 * 1024

/** What a pipe holds. Of a log that is longer some may still be in it however little the last fetch has brought: then the last one must bring nothing. */
const pipeBytes = 64 * 1024

/**
 * Follows a log until the container has ended. A log stream can end early (rotation, restarts of the API server), so its end proves nothing:
 * the container's state decides, and what is left is fetched once more after that.
 * The log of a container that failed may be gone with it; then what came before is all.
 * @throws HookError `POD_GONE`, and `CLUSTER_UNREACHABLE` when the rest cannot be read: a cut log is never taken for the whole one of a success
 */
export function createFollowLogs(api: Api, sleep?: Sleep): FollowLogs {
  return async request => {
    const cursor = createLogCursor()
    let brokenEnds = 0
    let totalBytes = 0
    await poll(
      async () => {
        const terminated = await terminationOf(api, request)
        const ended = terminated !== undefined
        const message = await openLog(api, request, cursor, !ended).catch((error: unknown) => {
          if (isGone(error) && terminated?.exitCode !== 0) return undefined
          throw error
        })
        // Nothing more will come, and its state tells that it failed; a state that is not known yet is asked for again.
        if (message === undefined) return ended ? true : undefined
        const { cut, bytes } = await copyLog(message, cursor, request)
        cursor.endOfStream()
        totalBytes += bytes
        if (ended && cut === undefined && bytes <= (totalBytes > pipeBytes ? 0 : mostOfLastFetch)) return true
        if (ended && cut !== undefined && ++brokenEnds >= maxBrokenEnds) throw cutError(request, cut)
        return undefined
      },
      { signal: request.signal, intervalMs: 50, maxIntervalMs: 1_000, ...(sleep === undefined ? {} : { sleep }) }
    )
  }
}

async function openLog(api: Api, request: LogRequest, cursor: LogCursor, follow: boolean): Promise<IncomingMessage> {
  const { podName, container, signal } = request
  const since = cursor.sinceTime()
  return await api.open(
    { verb: 'get', resource: 'pods/log', name: podName },
    {
      method: 'GET',
      path: `${pathOf(api, podName)}/log`,
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

/** The kubelet's word for a container that an eviction has taken away with its log: validateContainerLogStatus in pkg/kubelet/kubelet_pods.go. */
function isGone(error: unknown): boolean {
  return (
    error instanceof HookError && error.code === 'CLUSTER_REFUSED' && /\(400\).* is terminated$/.test(error.message)
  )
}

interface Copied {
  readonly cut: string | undefined
  /** Of what was new. */
  readonly bytes: number
}

/**
 * Why the stream was cut, or undefined when it ended by itself. A stream that is silent for long is cut by the transport's idle time-out:
 * it may be dead, and to open it again at the cursor costs little.
 */
async function copyLog(message: IncomingMessage, cursor: LogCursor, { output, signal }: LogRequest): Promise<Copied> {
  let bytes = 0
  try {
    for await (const chunk of message) {
      const text = cursor.accept(Buffer.from(chunk as Uint8Array))
      bytes += text.length
      if (text.length > 0 && !output.write(text)) await drained(output, signal)
      signal.throwIfAborted()
    }
    return { cut: undefined, bytes }
  } catch (error) {
    signal.throwIfAborted()
    return { cut: reasonOf(error), bytes }
  }
}

/** Undefined while the container runs. */
async function terminationOf(
  api: Api,
  { podName, container, signal }: LogRequest
): Promise<V1ContainerStateTerminated | undefined> {
  const { json, status } = await api.call(
    { verb: 'get', resource: 'pods', name: podName },
    { method: 'GET', path: pathOf(api, podName), signal },
    { expected: [404] }
  )
  if (status === 404) throw new HookError('POD_GONE', `Pod ${podName} was deleted while its log was read.`)
  return containerStatusOf(json as V1Pod, container)?.state?.terminated
}

function pathOf({ namespace }: Api, podName: string): string {
  return `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(podName)}`
}

function cutError({ podName, container }: LogRequest, reason: string | undefined): HookError {
  return new HookError(
    'CLUSTER_UNREACHABLE',
    `The log of container ${container} in pod ${podName} breaks off each time it is read: ${reason ?? 'no reason given'}`,
    {
      hint: 'It travels through API server and kubelet: does the API server reach the node?'
    }
  )
}
