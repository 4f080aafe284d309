import { createServer, request as requestHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createHttpsServer, request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificates } from './certificates.ts'

export interface HttpFront {
  readonly port: number
  /** `<method> <status>` of each request that it answered itself. */
  readonly answered: () => readonly string[]
  /** `<method> <path> <status>` of each request that it passed on. */
  readonly passed: () => readonly string[]
  readonly stop: () => Promise<void>
}

export interface FrontAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface FrontRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export interface FrontOptions {
  readonly listenHost: string
  readonly target: URL
  /** It speaks TLS with this certificate; plain http when absent. */
  readonly certificates?: Certificates
  /** Authority of the target's certificate. */
  readonly ca?: string | undefined
  /** What it answers itself. */
  readonly answer?: (request: FrontRequest) => FrontAnswer | undefined
  /** Changes the challenge of the target. */
  readonly rewriteChallenge?: (challenge: string) => string
}

/** Passes requests on to a server, but for those that it answers itself. */
export async function startHttpFront(options: FrontOptions): Promise<HttpFront> {
  const { listenHost, target, certificates, ca, answer, rewriteChallenge = challenge => challenge } = options
  const answered: string[] = []
  const passed: string[] = []
  const pass: RequestListener = (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const own = answer?.({ method, url, headers })
    if (own !== undefined) {
      answered.push(`${method} ${own.status}`)
      incoming.resume()
      return void outgoing.writeHead(own.status, own.headers).end()
    }
    // The host stays what the client knows: the registry makes the addresses of uploads of it.
    const request = target.protocol === 'https:' ? requestHttps : requestHttp
    const scheme = certificates === undefined ? {} : { 'x-forwarded-proto': 'https' }
    const upstream = request(new URL(url, target), { method, headers: { ...headers, ...scheme }, ca }, response => {
      passed.push(`${method} ${url} ${response.statusCode ?? 0}`)
      const challenge = response.headers['www-authenticate']
      const changed = challenge === undefined ? {} : { 'www-authenticate': rewriteChallenge(challenge) }
      outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, ...changed })
      response.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.destroy())
    incoming.pipe(upstream)
  }
  const server =
    certificates === undefined
      ? createServer(pass)
      : createHttpsServer({ key: certificates.key, cert: certificates.certificate }, pass)
  await new Promise<void>(resolve => server.listen(0, listenHost, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    answered: () => answered,
    passed: () => passed,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
