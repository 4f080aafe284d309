import { HookError } from '@k8s-hooks/hooklib'
import type { IncomingMessage } from 'node:http'
import type { Sleep } from '../support/poll.ts'
import { isTransientStatus, toApiError } from './api-error.ts'
import type { ApiRequest, SendRequest } from './http-transport.ts'
import { retry, type Transient } from './retry.ts'

/** What a call is about, for errors: `verb` and `resource` as RBAC names them. */
export interface CallSubject {
  readonly verb: string
  readonly resource: string
  readonly name?: string
}

export interface Answer {
  readonly status: number
  /** Parsed JSON of a success; undefined for an expected refusal. */
  readonly json: unknown
  readonly attempts: number
}

export interface CallOptions {
  /** Statuses that are answers rather than errors, e.g. 404 on a delete. */
  readonly expected?: readonly number[]
}

/** Calls the API server with retries, and turns every refusal into a HookError. */
export interface Api {
  readonly namespace: string
  readonly call: (subject: CallSubject, request: ApiRequest, options?: CallOptions) => Promise<Answer>
  /** The answer as a stream, for logs. */
  readonly open: (subject: CallSubject, request: ApiRequest) => Promise<IncomingMessage>
}

export function createApi(send: SendRequest, namespace: string, sleep?: Sleep): Api {
  const exchange = async (subject: CallSubject, request: ApiRequest, expected: readonly number[]): Promise<Exchanged> =>
    await retry<Exchanged>(
      async attempts => {
        const response = await trySend(send, subject, request)
        if ('transient' in response) return response
        const { status, message, retryAfterMs } = response
        if ((status >= 200 && status < 300) || expected.includes(status)) return { status, message, attempts }
        const body = await readText(message)
        const error = toApiError({ ...subject, namespace, status, body })
        if (!isTransientStatus(status)) throw error
        return { transient: error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
      },
      { signal: request.signal, ...(sleep === undefined ? {} : { sleep }) }
    )
  return {
    namespace,
    call: async (subject, request, { expected = [] } = {}) => {
      const { status, message, attempts } = await exchange(subject, request, expected)
      const text = await readText(message)
      return { status, attempts, json: status < 300 && text !== '' ? (JSON.parse(text) as unknown) : undefined }
    },
    open: async (subject, request) => (await exchange(subject, request, [])).message
  }
}

interface Exchanged {
  readonly status: number
  readonly message: IncomingMessage
  readonly attempts: number
}

async function trySend(
  send: SendRequest,
  { verb, resource }: CallSubject,
  request: ApiRequest
): Promise<Awaited<ReturnType<SendRequest>> | Transient> {
  try {
    return await send(request)
  } catch (cause) {
    request.signal.throwIfAborted()
    return {
      transient: new HookError(
        'CLUSTER_UNREACHABLE',
        `The API server did not answer (${verb} ${resource}): ${reasonOf(cause)}`,
        {
          hint: 'Is the API server up, and does a network policy let the runner pod reach it?',
          cause
        }
      )
    }
  }
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error || (typeof cause === 'object' && cause !== null && 'message' in cause)
    ? String(cause.message)
    : String(cause)
}
