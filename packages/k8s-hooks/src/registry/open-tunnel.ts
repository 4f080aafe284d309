import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { bareHostOf } from '../support/bare-host-of.ts'

export interface TunnelOptions {
  /** Address of the proxy: `http://[user:password@]host:port`; without a scheme, http is meant. */
  readonly proxy: string
  /** What the proxy is asked to connect to, as `host:port`. */
  readonly target: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * A connection through a proxy, by CONNECT (RFC 9110, 9.3.6).
 * @throws Error with what the proxy answered, or why it did not; the password is in none
 */
export async function openTunnel({ proxy, target, timeoutMs, signal }: TunnelOptions): Promise<Socket> {
  const address = addressOf(proxy)
  const send = address.protocol === 'https:' ? requestHttps : requestHttp
  const headers = { host: target, 'user-agent': 'k8s-hooks', ...authorizationOf(address) }
  return await new Promise((resolve, reject) => {
    const request = send({
      host: bareHostOf(address),
      port: address.port === '' ? (address.protocol === 'https:' ? 443 : 80) : address.port,
      method: 'CONNECT',
      path: target,
      headers,
      agent: false,
      timeout: timeoutMs,
      signal
    })
    const fail = (reason: string): void => reject(new Error(`the proxy ${address.host} ${reason}`))
    request.on('connect', ({ statusCode = 0, statusMessage }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket)
        return
      }
      socket.destroy()
      fail(`answered ${statusCode} ${statusMessage ?? ''}`.trim())
    })
    request.on('timeout', () => request.destroy(new Error(`gave no answer for ${timeoutMs / 1000} s`)))
    request.on('error', ({ message }) => fail(`cannot be used: ${message}`))
    request.end()
  })
}

function addressOf(proxy: string): URL {
  const text = proxy.includes('://') ? proxy : `http://${proxy}`
  const address = URL.canParse(text) ? new URL(text) : undefined
  if (address === undefined || !['http:', 'https:'].includes(address.protocol))
    throw new Error('HTTPS_PROXY is no address of a proxy that speaks http or https')
  return address
}

function authorizationOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
