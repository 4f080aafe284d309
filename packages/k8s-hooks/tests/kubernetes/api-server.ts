import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import nock from 'nock'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import type { ClusterAccess } from '../../src/kubernetes/cluster-access.ts'
import { connect } from '../../src/kubernetes/connect.ts'

/** A cluster whose API server is played by nock, and the pauses that it was given. */
export interface ScriptedApi {
  readonly server: nock.Scope
  readonly cluster: Cluster
  readonly pausesMs: readonly number[]
}

const fakeAccess: ClusterAccess = {
  host: 'kube.test',
  port: 6443,
  basePath: '',
  tls: {},
  token: () => Promise.resolve('secret-token'),
  namespace: 'arc'
}

export function scriptedApi(access: ClusterAccess = fakeAccess): ScriptedApi {
  const pausesMs: number[] = []
  return {
    server: nock('https://kube.test:6443', { reqheaders: { authorization: 'Bearer secret-token' } }),
    cluster: connect(access, (ms, signal) => {
      signal.throwIfAborted()
      pausesMs.push(ms)
      return Promise.resolve()
    }),
    pausesMs
  }
}

/** For the top of a test file: no request leaves the process, each that was expected is made, and Node's http is whole again at the end. */
export function playApiServer(): void {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([])
    nock.cleanAll()
  })
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}

/** A Status object, as the API server refuses. */
export function refusal(reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message }
}

export const signal: AbortSignal = new AbortController().signal
