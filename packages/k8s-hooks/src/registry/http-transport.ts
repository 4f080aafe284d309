import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { rootCertificates } from 'node:tls'
import { RegistryError } from './registry-error.ts'

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

export interface RegistryResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** One request, one answer; wrapped by retry and authentication. Throws RegistryError 'network', or the signal's reason. */
export type Send = (request: RegistryRequest) => Promise<RegistryResponse>

export interface HttpTransportOptions {
  /** PEM of a certificate authority to trust beside the public ones. */
  readonly ca?: string | undefined
}

const bodyLimitBytes = 64 * 1024
const silenceMs = 10_000

/** Plain node:http(s) and not fetch: fetch on Node 20 can't be given a certificate authority. Redirects are not followed. */
export function createHttpTransport({ ca }: HttpTransportOptions = {}): Send {
  return async ({ method, url, headers, body, signal }) => {
    signal.throwIfAborted()
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const options = { method, headers: { ...headers, 'user-agent': 'k8s-hooks' }, signal, timeout: silenceMs }
        const request =
          url.protocol === 'http:'
            ? requestHttp(url, options, resolve)
            : requestHttps(url, ca === undefined ? options : { ...options, ca: [...rootCertificates, ca] }, resolve)
        request.on('error', reject)
        request.on('timeout', () => request.destroy(new Error(`no answer for ${silenceMs / 1000} s`)))
        request.end(body)
      })
      return { status: response.statusCode ?? 0, headers: headersOf(response), body: await readBody(response) }
    } catch (cause) {
      signal.throwIfAborted()
      throw new RegistryError('network', `${url.host} does not answer: ${reasonOf(cause)}.`, { cause })
    }
  }
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')])
  )
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a response without encoding gives bytes')
    bytes += chunk.length
    if (bytes > bodyLimitBytes) throw new Error(`the answer is longer than ${bodyLimitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** An AggregateError of several addresses has an empty message; its code says the same. */
function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return String(cause)
  if ('message' in cause && typeof cause.message === 'string' && cause.message !== '') return cause.message
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown reason'
}
