import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import nock from 'nock'
import type { RegistryAccess } from '../../src/registry/load-access.ts'
import { createRegistryClient, type RegistryClient } from '../../src/registry/registry-client.ts'

const signal = AbortSignal.timeout(20_000)
const digest = `sha256:${'a'.repeat(64)}`
const image = { registry: 'registry.test', repository: 'k8s-hooks/x', tag: 't' }
const byTag = '/v2/k8s-hooks/x/manifests/t'
const byDigest = `/v2/k8s-hooks/x/manifests/${digest}`
const unsupported = { errors: [{ code: 'UNSUPPORTED' }] }

/** A client whose pauses take no time. */
function client(access: Partial<RegistryAccess> = {}): RegistryClient {
  let clockMs = 0
  const sleep = (ms: number): Promise<void> => {
    clockMs += ms
    return Promise.resolve()
  }
  const full = { insecureHost: undefined, credentials: new Map(), ca: undefined, ...access }
  return createRegistryClient(full, { sleep, now: () => clockMs })
}

const registry = (): nock.Scope => nock('https://registry.test')

beforeEach(() => nock.disableNetConnect())
afterAll(() => nock.restore())
afterEach(() => {
  nock.enableNetConnect()
  const pending = nock.pendingMocks()
  nock.cleanAll()
  expect(pending).toEqual([])
})

describe('describeImage', () => {
  const named = { ...image, digest }
  const layers = [{ size: 1000 }, { size: 20 }]

  it('counts layers, and the bytes that a node pulls', async () => {
    registry()
      .get(byDigest)
      .matchHeader('accept', value => value.split(', ').length === 4)
      .reply(200, { schemaVersion: 2, config: { size: 3 }, layers })
    expect(await client().describeImage(named, signal)).toEqual({ layerCount: 2, bytes: 1023 })
  })

  it.each([
    { title: 'is not there', status: 404, body: {}, message: /answers with status 404/ },
    { title: 'is an index', status: 200, body: { manifests: [] }, message: /is no manifest of one image/ },
    { title: 'has layers without a size', status: 200, body: { layers: [{}] }, message: /is no manifest of one image/ },
    { title: 'is no JSON', status: 200, body: 'hello', message: /is no manifest of one image/ }
  ])('fails for what $title', async ({ status, body, message }) => {
    registry().get(byDigest).reply(status, body)
    await expect(client().describeImage(named, signal)).rejects.toThrow(message)
  })
})

describe('resolveDigest', () => {
  it('asks for all four kinds of manifest', async () => {
    registry()
      .head(byTag)
      .matchHeader('accept', value => value.split(', ').length === 4)
      .matchHeader('user-agent', 'k8s-hooks')
      .reply(200, '', { 'docker-content-digest': digest })
    expect(await client().resolveDigest(image, signal)).toBe(digest)
  })

  it('finds nothing where there is nothing', async () => {
    registry().head(byTag).reply(404)
    expect(await client().resolveDigest(image, signal)).toBeUndefined()
  })

  it('speaks plain http to the configured host only', async () => {
    nock('http://registry.test').head(byTag).reply(200, '', { 'docker-content-digest': digest })
    nock('https://other.test').head(byTag).reply(404)
    const insecure = client({ insecureHost: 'registry.test' })
    expect(await insecure.resolveDigest(image, signal)).toBe(digest)
    expect(await insecure.resolveDigest({ ...image, registry: 'other.test' }, signal)).toBeUndefined()
  })

  it('reaches Docker Hub under the name of its registry', async () => {
    nock('https://registry-1.docker.io').head('/v2/acme/x/manifests/t').reply(404)
    const hub = { registry: 'docker.io', repository: 'acme/x', tag: 't' }
    expect(await client().resolveDigest(hub, signal)).toBeUndefined()
  })

  it.each([
    { status: 401, message: 'registry.test does not accept the credentials (status 401).', kind: 'authentication' },
    { status: 418, message: `registry.test${byTag} answers with status 418.`, kind: 'status' }
  ])('throws for status $status', async ({ status, message, kind }) => {
    registry().head(byTag).reply(status)
    const error = { kind, status, message, retryable: false }
    await expect(client().resolveDigest(image, signal)).rejects.toMatchObject(error)
  })

  it('throws when an answer carries no digest', async () => {
    registry().head(byTag).reply(200)
    await expect(client().resolveDigest(image, signal)).rejects.toThrow('answers without a digest')
  })
})

describe('deleteImage', () => {
  it.each([
    { status: 202, body: '', outcome: { kind: 'deleted' } },
    { status: 200, body: '', outcome: { kind: 'deleted' } },
    { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] }, outcome: { kind: 'absent' } },
    { status: 400, body: { errors: [{ code: 'NAME_UNKNOWN' }] }, outcome: { kind: 'absent' } },
    {
      status: 405,
      body: unsupported,
      outcome: { kind: 'refused', reason: 'registry.test does not offer the deletion of images (status 405)' }
    },
    {
      status: 400,
      body: unsupported,
      outcome: { kind: 'refused', reason: 'registry.test does not offer the deletion of images (status 400)' }
    },
    {
      status: 401,
      body: '',
      outcome: { kind: 'failed', reason: 'the credentials for registry.test give no right to delete (status 401)' }
    },
    {
      status: 403,
      body: '',
      outcome: { kind: 'failed', reason: 'the credentials for registry.test give no right to delete (status 403)' }
    },
    {
      status: 409,
      body: { errors: [{ code: 'MANIFEST_INVALID' }] },
      outcome: { kind: 'failed', reason: 'registry.test answers with status 409 MANIFEST_INVALID' }
    },
    {
      status: 400,
      body: { errors: [{ code: 'DIGEST_INVALID' }] },
      outcome: { kind: 'failed', reason: 'registry.test answers with status 400 DIGEST_INVALID' }
    }
  ])('takes status $status $body for $outcome.kind', async ({ status, body, outcome }) => {
    const { registry: host, repository } = image
    registry().delete(byDigest).reply(status, body)
    expect(await client().deleteImage({ registry: host, repository, digest }, signal)).toEqual(outcome)
  })

  it('finds the digest of a tag first', async () => {
    registry().head(byTag).reply(200, '', { 'docker-content-digest': digest }).delete(byDigest).reply(202)
    expect(await client().deleteImage(image, signal)).toEqual({ kind: 'deleted' })
  })

  it('sends no DELETE for a tag that is not there', async () => {
    registry().head(byTag).reply(404)
    expect(await client().deleteImage(image, signal)).toEqual({ kind: 'absent' })
  })

  it('deletes the tag before the digest where the registry wants it so', async () => {
    registry()
      .delete(byDigest)
      .reply(400, { errors: [{ code: 'GOOGLE_MANIFEST_DANGLING_TAG' }] })
      .delete(byTag)
      .reply(202)
      .delete(byDigest)
      .reply(202)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({ kind: 'deleted' })
  })

  it('deletes the tag before the digest where the registry forbids the deletion of what is tagged', async () => {
    registry().delete(byDigest).reply(403).delete(byTag).reply(202).delete(byDigest).reply(202)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({ kind: 'deleted' })
  })

  it.each([
    { digestStatus: 403, tagStatus: 405 },
    { digestStatus: 403, tagStatus: 400 }
  ])('gives the first reason where the tag cannot be deleted either (status $tagStatus)', async statuses => {
    registry().delete(byDigest).reply(statuses.digestStatus).delete(byTag).reply(statuses.tagStatus)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({
      kind: 'failed',
      reason: 'the credentials for registry.test give no right to delete (status 403)'
    })
  })

  it('gives up where the digest cannot be deleted without its tag either', async () => {
    const dangling = { errors: [{ code: 'GOOGLE_MANIFEST_DANGLING_TAG' }] }
    registry().delete(byDigest).reply(400, dangling).delete(byTag).reply(202).delete(byDigest).reply(400, dangling)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({
      kind: 'failed',
      reason: 'registry.test answers with status 400 GOOGLE_MANIFEST_DANGLING_TAG'
    })
  })

  it.each([429, 500, 503])('tries again after status %d', async status => {
    registry().delete(byDigest).times(2).reply(status).delete(byDigest).reply(202)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({ kind: 'deleted' })
  })

  it('tries again after a broken connection', async () => {
    registry().delete(byDigest).replyWithError('socket hang up').delete(byDigest).reply(202)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({ kind: 'deleted' })
  })

  it('gives up after 15 s and says what stood in the way', async () => {
    registry().delete(byDigest).times(6).reply(503)
    expect(await client().deleteImage({ ...image, digest }, signal)).toEqual({
      kind: 'failed',
      reason: 'registry.test answers with status 503'
    })
  })

  it('says so when the registry does not answer', async () => {
    registry().head(byTag).times(6).replyWithError('connect ECONNREFUSED')
    expect(await client().deleteImage(image, signal)).toEqual({
      kind: 'failed',
      reason: 'registry.test does not answer: connect ECONNREFUSED'
    })
  })

  it('waits as long as the registry asks for', async () => {
    registry().delete(byDigest).reply(429, '', { 'retry-after': '3600' })
    expect(await client().deleteImage({ ...image, digest }, signal)).toMatchObject({ kind: 'failed' })
  })

  it('throws the reason of an abort', async () => {
    const aborted = AbortSignal.abort(new Error('cancelled'))
    await expect(client().deleteImage({ ...image, digest }, aborted)).rejects.toThrow('cancelled')
  })

  it('does not read an endless answer', async () => {
    registry().delete(byDigest).times(6).reply(409, 'x'.repeat(70_000))
    expect(await client().deleteImage({ ...image, digest }, signal)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('longer than 65536 bytes')
    })
  })
})
