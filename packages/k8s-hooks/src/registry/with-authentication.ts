import { type Challenge, parseChallenge, widenScope } from './challenge.ts'
import type { Credential } from './docker-config.ts'
import type { RegistryRequest, RegistryResponse, Send } from './http-transport.ts'
import { RegistryError } from './registry-error.ts'

export interface AuthenticationOptions {
  readonly repository: string
  /** Rights that the requests need: "pull", "push", "delete". */
  readonly actions: readonly string[]
  readonly credential: Credential | undefined
}

/**
 * Answers the registry's challenge and asks once more: Basic, or a token that is kept for the next request.
 * Throws RegistryError 'authentication' when no token can be had. Where there is nothing to answer with, the 401 stands.
 */
export function withAuthentication(send: Send, options: AuthenticationOptions): Send {
  let authorization: string | undefined
  return async request => {
    const response = await send(withHeader(request, authorization))
    if (response.status !== 401) return response
    const challenge = parseChallenge(response.headers['www-authenticate'])
    const answer = challenge === undefined ? undefined : await answerTo(challenge, { ...options, send, request })
    if (answer === undefined) return response
    authorization = answer
    return await send(withHeader(request, authorization))
  }
}

type Exchange = AuthenticationOptions & { readonly send: Send; readonly request: RegistryRequest }

async function answerTo(challenge: Challenge, exchange: Exchange): Promise<string | undefined> {
  const { credential } = exchange
  if (challenge.scheme === 'basic')
    return credential?.kind === 'password' ? basic(credential.username, credential.password) : undefined
  const realm = new URL(challenge.realm)
  const mayKnowSecret = realm.protocol === 'https:' || realm.host === exchange.request.url.host
  const scope = widenScope(challenge.scope, exchange.repository, exchange.actions)
  const response = await exchange.send(
    tokenRequest(
      { realm, service: challenge.service, scope, signal: exchange.request.signal },
      mayKnowSecret ? credential : undefined
    )
  )
  return `Bearer ${tokenOf(response, realm)}`
}

interface TokenQuestion {
  readonly realm: URL
  readonly service: string | undefined
  readonly scope: string
  readonly signal: AbortSignal
}

function tokenRequest(
  { realm, service, scope, signal }: TokenQuestion,
  credential: Credential | undefined
): RegistryRequest {
  const parameters = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope })
  if (credential?.kind === 'identity-token') {
    parameters.set('grant_type', 'refresh_token')
    parameters.set('client_id', 'k8s-hooks')
    parameters.set('refresh_token', credential.token)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', url: realm, headers, body: parameters.toString(), signal }
  }
  const url = new URL(realm)
  for (const [name, value] of parameters) url.searchParams.set(name, value)
  const headers = credential === undefined ? {} : { authorization: basic(credential.username, credential.password) }
  return { method: 'GET', url, headers, signal }
}

function tokenOf({ status, body }: RegistryResponse, realm: URL): string {
  if (status !== 200)
    throw new RegistryError('authentication', `${realm.host}${realm.pathname} gave no token: status ${status}.`, {
      status
    })
  const token = /"(?:access_)?token"\s*:\s*"([^"]+)"/.exec(body)?.[1]
  if (token === undefined)
    throw new RegistryError('authentication', `${realm.host}${realm.pathname} answered without a token.`, { status })
  return token
}

function withHeader(request: RegistryRequest, authorization: string | undefined): RegistryRequest {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
