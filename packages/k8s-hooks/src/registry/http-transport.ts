import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { connect, rootCertificates } from 'node:tls'
import type { ProxySettings } from '../config/settings.ts'
import { bareHostOf } from '../support/bare-host-of.ts'
import { openTunnel } from './open-tunnel.ts'
import { proxyFor } from './proxy-for.ts'
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
  readonly proxy?: ProxySettings | undefined
}

const bodyLimitBytes = 64 * 1024
const silenceMs = 10_000

/** Plain node:http(s) and not fetch: fetch on Node 20 can't be given a certificate authority. Redirects are not followed. */
export function createHttpTransport({ ca, proxy }: HttpTransportOptions = {}): Send {
  const trust = ca === undefined ? {} : { ca: [...rootCertificates, ca] }
  return async ({ method, url, headers, body, signal }) => {
    signal.throwIfAborted()
    try {
      const connection = await connectionTo(url, { proxy, trust, signal })
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const options = { method, headers: { ...headers, 'user-agent': 'k8s-hooks' }, signal, timeout: silenceMs }
        const request =
          url.protocol === 'http:'
            ? requestHttp(url, options, resolve)
            : requestHttps(url, { ...options, ...trust, ...connection }, resolve)
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

interface Way {
  readonly proxy: ProxySettings | undefined
  readonly trust: { readonly ca?: string[] }
  readonly signal: AbortSignal
}

/** How the connection is made where it leads through a proxy; else nothing, which leaves it to Node. */
async function connectionTo(
  url: URL,
  { proxy, trust, signal }: Way
): Promise<Pick<RequestOptions, 'createConnection'>> {
  const address = proxyFor(url, proxy)
  if (address === undefined) return {}
  const target = `${url.hostname}:${url.port === '' ? 443 : url.port}`
  const socket = await openTunnel({ proxy: address, target, timeoutMs: silenceMs, signal })
  const host = bareHostOf(url)
  return {
    createConnection: () => connect({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}), ...trust })
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
