import { HookError } from '@k8s-hooks/hooklib'
import type { IncomingMessage } from 'node:http'
import type { Sleep } from '../support/poll.ts'
import { reasonOf } from '../support/reason-of.ts'
import { toApiError } from './api-error.ts'
import type { ApiRequest, ApiResponse, SendRequest } from './http-transport.ts'
import { isTransientRefusal } from './refusal.ts'
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
  /** What an expected refusal is when nothing better comes of it. */
  readonly refusal?: HookError
}

export interface CallOptions {
  /** Statuses that are answers rather than errors, e.g. 404 on a delete. */
  readonly expected?: readonly number[]
}

/** Calls the API server with retries, and turns every refusal into a HookError (see `toApiError`). */
export interface Api {
  readonly namespace: string
  readonly call: (subject: CallSubject, request: ApiRequest, options?: CallOptions) => Promise<Answer>
  /** The answer as a stream, for logs. */
  readonly open: (subject: CallSubject, request: ApiRequest) => Promise<IncomingMessage>
}

export function createApi(send: SendRequest, namespace: string, sleep?: Sleep): Api {
  return {
    namespace,
    call: async (subject, request, { expected = [] } = {}) =>
      await retry(
        async attempts =>
          await unlessCut(subject, request.signal, async () => {
            const response = await send(request)
            const { status } = response
            const body = await readText(response.message)
            if (isSuccess(status))
              return { status, attempts, json: body === '' ? undefined : (JSON.parse(body) as unknown) }
            const refusal = refusalOf(subject, namespace, response, body)
            if ('transient' in refusal) return refusal
            if (!expected.includes(status)) throw refusal
            return { status, attempts, json: undefined, refusal }
          }),
        { signal: request.signal, sleep }
      ),
    open: async (subject, request) =>
      await retry(
        async () =>
          await unlessCut(subject, request.signal, async () => {
            const response = await send(request)
            if (isSuccess(response.status)) return response.message
            const refusal = refusalOf(subject, namespace, response, await readText(response.message))
            if ('transient' in refusal) return refusal
            throw refusal
          }),
        { signal: request.signal, sleep }
      )
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function refusalOf(
  subject: CallSubject,
  namespace: string,
  { status, retryAfterMs }: ApiResponse,
  body: string
): HookError | Transient {
  const error = toApiError({ ...subject, namespace, status, body })
  return isTransientRefusal({ status, body }) ? { transient: error, retryAfterMs } : error
}

/** A connection that fails before the whole answer is there says nothing about the request: it is made again. */
async function unlessCut<T>(
  { verb, resource }: CallSubject,
  signal: AbortSignal,
  exchange: () => Promise<T | Transient>
): Promise<T | Transient> {
  try {
    return await exchange()
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof HookError) throw cause
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
