import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import nock from 'nock'
import type { Credential } from '../../src/registry/docker-config.ts'
import { createRegistryClient, type RegistryClient } from '../../src/registry/registry-client.ts'

const signal = AbortSignal.timeout(20_000)
const digest = `sha256:${'a'.repeat(64)}`
const image = { registry: 'registry.test', repository: 'acme/x', digest }
const path = `/v2/acme/x/manifests/${digest}`
const user: Credential = { kind: 'password', username: 'user', password: 'pa:ss' }
const basic = `Basic ${Buffer.from('user:pa:ss').toString('base64')}`
const wants = (challenge: string): Record<string, string> => ({ 'www-authenticate': challenge })
const bearer = 'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:acme/x:pull"'

function client(credential?: Credential): RegistryClient {
  const credentials = new Map(credential === undefined ? [] : [['registry.test', credential] as const])
  return createRegistryClient({ insecureHost: undefined, credentials, ca: undefined })
}

const deleteWith = (authorization: string | undefined): nock.Interceptor => {
  const scope =
    authorization === undefined
      ? nock('https://registry.test', { badheaders: ['authorization'] })
      : nock('https://registry.test')
  const request = scope.delete(path)
  return authorization === undefined ? request : request.matchHeader('authorization', authorization)
}

beforeEach(() => nock.disableNetConnect())
afterAll(() => nock.restore())
afterEach(() => {
  nock.enableNetConnect()
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('authentication', () => {
  it('sends credentials only when they are asked for', async () => {
    deleteWith(undefined).reply(202)
    expect(await client(user).deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('answers a Basic challenge', async () => {
    deleteWith(undefined).reply(401, '', wants('Basic realm="ci"'))
    deleteWith(basic).reply(202)
    expect(await client(user).deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('gets a token for the right to delete, which the challenge did not name', async () => {
    deleteWith(undefined).reply(401, '', wants(bearer))
    nock('https://auth.test')
      .get('/token')
      .query({ service: 'registry.test', scope: 'repository:acme/x:pull,push,delete' })
      .matchHeader('authorization', basic)
      .reply(200, { token: 'tok' })
    deleteWith('Bearer tok').reply(202)
    expect(await client(user).deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('gets a token without credentials', async () => {
    deleteWith(undefined).reply(401, '', wants(bearer))
    nock('https://auth.test', { badheaders: ['authorization'] })
      .get('/token')
      .query(true)
      .reply(200, { access_token: 'anonymous' })
    deleteWith('Bearer anonymous').reply(202)
    expect(await client().deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('exchanges an identity token', async () => {
    deleteWith(undefined).reply(401, '', wants(bearer))
    nock('https://auth.test')
      .post('/token', {
        service: 'registry.test',
        scope: 'repository:acme/x:pull,push,delete',
        grant_type: 'refresh_token',
        client_id: 'k8s-hooks',
        refresh_token: 'refresh'
      })
      .reply(200, { access_token: 'tok' })
    deleteWith('Bearer tok').reply(202)
    const identity: Credential = { kind: 'identity-token', token: 'refresh' }
    expect(await client(identity).deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('gives no credentials to a realm in plain http on another host', async () => {
    deleteWith(undefined).reply(401, '', wants('Bearer realm="http://thief.test/token"'))
    nock('http://thief.test', { badheaders: ['authorization'] })
      .get('/token')
      .query(true)
      .reply(200, { token: 'tok' })
    deleteWith('Bearer tok').reply(202)
    expect(await client(user).deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('keeps the token for the next request', async () => {
    const head = nock('https://registry.test').head('/v2/acme/x/manifests/t')
    head.reply(401, '', wants(bearer))
    nock('https://auth.test').get('/token').query(true).once().reply(200, { token: 'tok' })
    nock('https://registry.test')
      .head('/v2/acme/x/manifests/t')
      .matchHeader('authorization', 'Bearer tok')
      .reply(200, '', { 'docker-content-digest': digest })
    deleteWith('Bearer tok').reply(202)
    const tagged = { registry: 'registry.test', repository: 'acme/x', tag: 't' }
    expect(await client(user).deleteImage(tagged, signal)).toEqual({ kind: 'deleted' })
  })

  it('gets a new token once when the old one is refused', async () => {
    deleteWith(undefined).reply(401, '', wants(bearer))
    nock('https://auth.test').get('/token').query(true).reply(200, { token: 'tok' })
    deleteWith('Bearer tok').reply(401, '', wants(bearer))
    expect(await client(user).deleteImage(image, signal)).toMatchObject({
      kind: 'failed',
      reason: 'the credentials for registry.test give no right to delete (status 401)'
    })
  })

  it.each([
    { title: 'refuses', status: 403, body: { token: 'no' }, reason: 'auth.test/token gave no token: status 403' },
    { title: 'answers without a token', status: 200, body: {}, reason: 'auth.test/token answered without a token' }
  ])('names the realm that $title, without query', async ({ status, body, reason }) => {
    deleteWith(undefined).reply(401, '', wants(bearer))
    nock('https://auth.test').get('/token').query(true).reply(status, body)
    expect(await client(user).deleteImage(image, signal)).toEqual({ kind: 'failed', reason })
  })
})
