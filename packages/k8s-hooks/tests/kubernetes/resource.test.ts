import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import nock from 'nock'
import { playApiServer, refusal, scriptedApi, signal } from './api-server.ts'

const pods = '/api/v1/namespaces/arc/pods'
const jobs = '/apis/batch/v1/namespaces/arc/jobs'
const pod: V1Pod = { metadata: { name: 'p' } }
const notFound = refusal('NotFound', 'pods "p" not found')
const exceeded = refusal(
  'Forbidden',
  'pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
)
const exists = refusal('AlreadyExists', 'pods "p" already exists')

playApiServer()

async function refusalOf(call: Promise<unknown>): Promise<HookError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown
  )
  if (error instanceof HookError) return error
  throw new Error(`expected a HookError, not ${String(error)}`)
}

describe('the verbs of pods, Jobs and Secrets', () => {
  it('get, list, create and delete by the paths of the API', async () => {
    const { server, cluster } = scriptedApi()
    server.get(`${pods}/p`).reply(200, pod)
    server
      .get(jobs)
      .query({ labelSelector: 'a=b,c' })
      .reply(200, { items: [{ metadata: { name: 'j' } }] })
    server.post('/api/v1/namespaces/arc/secrets', body => 'metadata' in body).reply(201, { metadata: { name: 's' } })
    server.delete(`${jobs}/j`).query({ propagationPolicy: 'Background' }).reply(200, {})
    server.delete(`${pods}/p`).query({ propagationPolicy: 'Background', gracePeriodSeconds: 0 }).reply(200, {})
    expect(await cluster.pods.get('p', signal)).toEqual(pod)
    expect(await cluster.jobs.list('a=b,c', signal)).toEqual([{ metadata: { name: 'j' } }])
    expect(await cluster.secrets.create({ metadata: { name: 's' } }, signal)).toEqual({ metadata: { name: 's' } })
    await cluster.jobs.delete('j', { signal })
    await cluster.pods.delete('p', { signal, gracePeriodSeconds: 0 })
  })

  it('put the prefix of a proxied API server before every path and go without a token where there is none', async () => {
    nock('https://kube.test:6443', { badheaders: ['authorization'] })
      .get(`/k8s/clusters/c-1${pods}/p`)
      .reply(200, pod)
    const { cluster } = scriptedApi({
      host: 'kube.test',
      port: 6443,
      basePath: '/k8s/clusters/c-1',
      tls: {},
      token: () => Promise.resolve(undefined),
      namespace: 'arc'
    })
    expect(await cluster.pods.get('p', signal)).toEqual(pod)
  })

  it('find nothing at a 404 of a get, and have nothing to do at that of a delete', async () => {
    const { server, cluster } = scriptedApi()
    server.get(`${pods}/p`).reply(404, notFound)
    server.delete(`${pods}/p`).query(true).reply(404, notFound)
    expect(await cluster.pods.get('p', signal)).toBeUndefined()
    await cluster.pods.delete('p', { signal })
  })

  it('only ask whether a pod would be taken in a dry run', async () => {
    const { server, cluster } = scriptedApi()
    server.post(pods).query({ dryRun: 'All' }).reply(201, pod)
    await cluster.pods.create(pod, signal, { dryRun: true })
  })
})

describe('a transient failure', () => {
  it('is survived five times in a row, with growing pauses', async () => {
    const { server, cluster, pausesMs } = scriptedApi()
    server.get(`${pods}/p`).times(2).reply(500, refusal('InternalError', 'etcd has no leader'))
    server.get(`${pods}/p`).reply(503, 'upstream connect error')
    server
      .get(`${pods}/p`)
      .times(2)
      .replyWithError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
    server.get(`${pods}/p`).reply(200, pod)
    expect(await cluster.pods.get('p', signal)).toEqual(pod)
    expect(pausesMs).toEqual([100, 200, 400, 800, 1600])
  })

  it('is told after eight attempts in the words of the server', async () => {
    const { server, cluster, pausesMs } = scriptedApi()
    server.get(pods).query(true).times(8).reply(500, refusal('InternalError', 'etcd has no leader'))
    const error = await refusalOf(cluster.pods.list('a', signal))
    expect(error.code).toBe('CLUSTER_UNREACHABLE')
    expect(error.message).toBe(
      'Kubernetes could not list pods in namespace arc, and was asked repeatedly (500): etcd has no leader'
    )
    expect(pausesMs).toEqual([100, 200, 400, 800, 1600, 3000, 3000])
  })

  it('names what was asked when nothing answers', async () => {
    const { server, cluster } = scriptedApi()
    server.get(pods).query(true).times(8).replyWithError(new Error('connect ECONNREFUSED 10.96.0.1:443'))
    const error = await refusalOf(cluster.pods.list('a', signal))
    expect(error.code).toBe('CLUSTER_UNREACHABLE')
    expect(error.message).toBe('The API server did not answer (list pods): connect ECONNREFUSED 10.96.0.1:443')
    expect(error.hint).toContain('network policy')
  })

  it('waits as long as Retry-After says, at most 30 seconds', async () => {
    const { server, cluster, pausesMs } = scriptedApi()
    server.get(`${pods}/p`).reply(429, 'slow down', { 'retry-after': '7' })
    server.get(`${pods}/p`).reply(429, 'slow down', { 'retry-after': '3600' })
    server.get(`${pods}/p`).reply(429, 'slow down', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })
    server.get(`${pods}/p`).reply(200, pod)
    await cluster.pods.get('p', signal)
    expect(pausesMs).toEqual([7000, 30_000, 400])
  })

  it('is an answer that is no JSON, as of a proxy', async () => {
    const { server, cluster } = scriptedApi()
    server.get(`${pods}/p`).reply(200, '<html>')
    server.get(`${pods}/p`).reply(200, pod)
    expect(await cluster.pods.get('p', signal)).toEqual(pod)
  })

  it('is a conflict over a quota, at a create and at a delete', async () => {
    const { server, cluster, pausesMs } = scriptedApi()
    const conflict = refusal(
      'Conflict',
      'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'
    )
    server.post(pods).reply(409, conflict)
    server.post(pods).reply(201, pod)
    server.delete(`${pods}/p`).query(true).reply(409, conflict)
    server.delete(`${pods}/p`).query(true).reply(200, {})
    expect(await cluster.pods.create(pod, signal)).toEqual(pod)
    await cluster.pods.delete('p', { signal })
    expect(pausesMs).toEqual([100, 100])
  })
})

describe('a refusal', () => {
  it.each([
    {
      status: 403,
      body: refusal(
        'Forbidden',
        'pods is forbidden: User "system:serviceaccount:arc:runner" cannot list resource "pods"'
      ),
      code: 'PERMISSION_DENIED',
      message: "The runner's service account may not list pods in namespace arc: pods is forbidden: User"
    },
    {
      status: 401,
      body: refusal('Unauthorized', 'Unauthorized'),
      code: 'NOT_AUTHENTICATED',
      message: "The API server does not accept the runner's service account token (list pods): Unauthorized"
    },
    {
      status: 403,
      body: refusal('Forbidden', 'pods "p" is forbidden: exceeded quota: q'),
      code: 'CLUSTER_REFUSED',
      message: 'Kubernetes refused to list pods in namespace arc (403): pods "p" is forbidden: exceeded quota: q'
    },
    {
      status: 422,
      body: refusal('Invalid', 'Pod "p" is invalid: spec.containers: Required value'),
      code: 'CLUSTER_REFUSED',
      message: 'Kubernetes refused to list pods in namespace arc (422): Pod "p" is invalid'
    },
    {
      status: 404,
      body: 'page not found',
      code: 'CLUSTER_REFUSED',
      message: 'Kubernetes refused to list pods in namespace arc (404): page not found'
    },
    { status: 400, body: '', code: 'CLUSTER_REFUSED', message: '(400): no reason given' }
  ])('with $status is final: $code', async ({ status, body, code, message }) => {
    const { server, cluster, pausesMs } = scriptedApi()
    server.get(pods).query(true).reply(status, body)
    const error = await refusalOf(cluster.pods.list('a', signal))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
    expect(pausesMs).toEqual([])
  })

  it('names the verb and the resource that the role lacks', async () => {
    const { server, cluster } = scriptedApi()
    server
      .post(jobs)
      .reply(403, refusal('Forbidden', 'jobs.batch is forbidden: User "u" cannot create resource "jobs"'))
    const error = await refusalOf(cluster.jobs.create({ metadata: { name: 'j' } }, signal))
    expect(error.hint).toContain('Grant the verb "create" on "jobs"')
  })
})

describe('a create whose answer was lost', () => {
  /** Keeps what the first attempt has created, though its answer is lost. */
  function losingServer(status = 409, body = exists): ReturnType<typeof scriptedApi> & { readonly created: V1Pod[] } {
    const api = scriptedApi()
    const created: V1Pod[] = []
    api.server
      .post(pods, (body: V1Pod) => created.push(body) > 0)
      .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
    api.server.post(pods).reply(status, body)
    return { ...api, created }
  }

  it('adopts the object that it has created', async () => {
    const { server, cluster, created } = losingServer()
    server.get(`${pods}/p`).reply(200, () => ({ ...created[0], status: { phase: 'Pending' } }))
    expect(await cluster.pods.create(pod, signal)).toMatchObject({
      metadata: { name: 'p' },
      status: { phase: 'Pending' }
    })
  })

  it('adopts the object that it has created although the quota has no place for another', async () => {
    const { server, cluster, created } = losingServer(403, exceeded)
    server.get(`${pods}/p`).reply(200, () => created[0])
    expect(await cluster.pods.create(pod, signal)).toMatchObject({ metadata: { name: 'p' } })
  })

  it('tells of the quota when the lost attempt has created nothing', async () => {
    const { server, cluster } = losingServer(403, exceeded)
    server.get(`${pods}/p`).reply(404, notFound)
    const error = await refusalOf(cluster.pods.create(pod, signal))
    expect(error.code).toBe('CLUSTER_REFUSED')
    expect(error.message).toContain('exceeded quota')
  })

  it.each([
    {
      whose: 'of another call',
      status: 200,
      body: { metadata: { name: 'p', annotations: { 'k8s-hooks/request': 'x' } } }
    },
    { whose: 'of nobody known', status: 200, body: { metadata: { name: 'p' } } },
    { whose: 'that is gone again', status: 404, body: notFound }
  ])('does not adopt an object $whose', async ({ status, body }) => {
    const { server, cluster } = losingServer()
    server.get(`${pods}/p`).reply(status, body)
    const error = await refusalOf(cluster.pods.create(pod, signal))
    expect(error.code).toBe('CLUSTER_REFUSED')
    expect(error.message).toContain(
      'pods "p" in namespace arc: there is one of that name, which this hook did not make'
    )
  })

  it('does not even ask whose it is at the first attempt', async () => {
    const { server, cluster } = scriptedApi()
    server.post(pods).reply(409, exists)
    expect((await refusalOf(cluster.pods.create(pod, signal))).code).toBe('CLUSTER_REFUSED')
  })
})

describe('an abort', () => {
  it('ends a call with the reason of the signal, also between attempts', async () => {
    const { server, cluster } = scriptedApi()
    const controller = new AbortController()
    server.get(`${pods}/p`).reply(500, () => {
      controller.abort(new Error('cancelled by SIGINT'))
      return 'boom'
    })
    await expect(cluster.pods.get('p', controller.signal)).rejects.toThrow('cancelled by SIGINT')
  })
})
