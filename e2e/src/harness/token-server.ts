import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificates } from './certificates.ts'

/** Gives out tokens for a registry: https://distribution.github.io/distribution/spec/auth/token/ */
export interface TokenServer {
  readonly port: number
  /** Scopes that were asked for so far, with the right credentials. */
  readonly scopes: () => readonly string[]
  readonly stop: () => Promise<void>
}

export interface TokenServerOptions {
  readonly host: string
  readonly certificates: Certificates
  /** Whom it lets in, as `user:password`. */
  readonly user: string
}

export const issuer = 'k8s-hooks-test'

export async function startTokenServer({ host, certificates, user }: TokenServerOptions): Promise<TokenServer> {
  const scopes: string[] = []
  const expected = `Basic ${Buffer.from(user).toString('base64')}`
  const tls = { key: certificates.key, cert: certificates.certificate }
  const server = createServer(tls, ({ method, url = '/', headers }, response) => {
    const question = new URL(url, `https://${host}`).searchParams
    if (method !== 'GET') return void response.writeHead(405).end()
    if (headers.authorization !== expected) return void response.writeHead(401).end()
    scopes.push(...question.getAll('scope'))
    const token = tokenFor(question, certificates)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }))
  })
  const port = await listen(server, host)
  return {
    port,
    scopes: () => scopes,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

/** Allows what is asked for, and nothing more. */
function tokenFor(question: URLSearchParams, { key, certificate }: Certificates): string {
  const access = question.getAll('scope').map(scope => {
    const [type = '', name = '', actions = ''] = scope.split(':')
    return { type, name, actions: actions.split(',') }
  })
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'ES256', x5c: [new X509Certificate(certificate).raw.toString('base64')] }
  const claims = {
    iss: issuer,
    sub: 'ci',
    aud: question.get('service'),
    ...{ iat: now, nbf: now - 60, exp: now + 300 },
    jti: randomUUID(),
    access
  }
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode(header)}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}
