import { describe, expect, it } from '@jest/globals'
import type nock from 'nock'
import { PassThrough } from 'node:stream'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { playApiServer, refusal, scriptedApi, signal } from './api-server.ts'

playApiServer()

const base = '/api/v1/namespaces/arc'
const jobs = '/apis/batch/v1/namespaces/arc/jobs'
const created = { metadata: { name: 'x' } }
const ended = { status: { containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 0 } } }] } }

interface Verb {
  readonly verb: string
  readonly requests: readonly (readonly [method: string, path: string, answer: object | string])[]
  readonly call: (cluster: Cluster) => Promise<unknown>
}

/** All that the hook asks of an API server over HTTP. */
const verbs: readonly Verb[] = [
  { verb: 'pods.get', requests: [['GET', `${base}/pods/x`, created]], call: ({ pods }) => pods.get('x', signal) },
  { verb: 'pods.list', requests: [['GET', `${base}/pods`, { items: [] }]], call: ({ pods }) => pods.list('a', signal) },
  {
    verb: 'pods.create',
    requests: [['POST', `${base}/pods`, created]],
    call: ({ pods }) => pods.create(created, signal)
  },
  {
    verb: 'pods.delete',
    requests: [['DELETE', `${base}/pods/x`, {}]],
    call: ({ pods }) => pods.delete('x', { signal })
  },
  { verb: 'jobs.list', requests: [['GET', jobs, { items: [] }]], call: cluster => cluster.jobs.list('a', signal) },
  { verb: 'jobs.create', requests: [['POST', jobs, created]], call: cluster => cluster.jobs.create(created, signal) },
  {
    verb: 'jobs.delete',
    requests: [['DELETE', `${jobs}/x`, {}]],
    call: cluster => cluster.jobs.delete('x', { signal })
  },
  {
    verb: 'secrets.get',
    requests: [['GET', `${base}/secrets/x`, created]],
    call: ({ secrets }) => secrets.get('x', signal)
  },
  {
    verb: 'secrets.list',
    requests: [['GET', `${base}/secrets`, { items: [] }]],
    call: ({ secrets }) => secrets.list('a', signal)
  },
  {
    verb: 'secrets.create',
    requests: [['POST', `${base}/secrets`, created]],
    call: ({ secrets }) => secrets.create(created, signal)
  },
  {
    verb: 'secrets.delete',
    requests: [['DELETE', `${base}/secrets/x`, {}]],
    call: ({ secrets }) => secrets.delete('x', { signal })
  },
  {
    verb: 'readLogTail',
    requests: [['GET', `${base}/pods/x/log`, 'a line\n']],
    call: cluster => cluster.readLogTail({ podName: 'x', container: 'main', lines: 1, signal })
  },
  {
    verb: 'followLogs',
    requests: [
      ['GET', `${base}/pods/x`, ended],
      ['GET', `${base}/pods/x/log`, '2026-11-22T10:00:00.000000000Z a line\n']
    ],
    call: cluster => cluster.followLogs({ podName: 'x', container: 'main', output: new PassThrough(), signal })
  }
]

type Fail = (interceptor: nock.Interceptor) => nock.Scope
const failures: readonly { readonly failure: string; readonly fail: Fail }[] = [
  { failure: 'a 429', fail: request => request.reply(429, 'slow down', { 'retry-after': '1' }) },
  { failure: 'a 500', fail: request => request.reply(500, refusal('InternalError', 'etcd has no leader')) },
  { failure: 'a 503', fail: request => request.reply(503, 'upstream connect error') },
  { failure: 'a reset', fail: request => request.replyWithError(failed('ECONNRESET')) },
  { failure: 'a time-out', fail: request => request.replyWithError(failed('ETIMEDOUT')) }
]

function failed(code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe.each(verbs)('$verb', ({ requests, call }) => {
  it.each(failures)('survives $failure five times in a row', async ({ fail }) => {
    const { server, cluster, pausesMs } = scriptedApi()
    for (const [method, path, answer] of requests) {
      fail(server.intercept(path, method).query(true).times(5))
      server.intercept(path, method).query(true).reply(200, answer)
    }
    await call(cluster)
    expect(pausesMs).toHaveLength(5 * requests.length)
  })

  it.each([401, 403, 422])('does not repeat what is refused with %d', async status => {
    const { server, cluster, pausesMs } = scriptedApi()
    const [[method, path] = ['GET', base]] = requests
    server.intercept(path, method).query(true).reply(status, refusal('Refused', 'no'))
    await expect(call(cluster)).rejects.toMatchObject({ message: expect.stringContaining('no') })
    expect(pausesMs).toEqual([])
  })
})
