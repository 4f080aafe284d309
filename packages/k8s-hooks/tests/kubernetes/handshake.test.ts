import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { connect } from '../../src/kubernetes/connect.ts'
import { createHandshake } from '../../src/kubernetes/handshake.ts'
import { openTlsSessionFile } from '../../src/kubernetes/tls-session-file.ts'
import type { Sleep } from '../../src/support/poll.ts'
import { until } from '../support/until.ts'
import { createSelfSigned } from './self-signed.ts'

const { signal } = new AbortController()

interface Given {
  readonly ca?: string
  readonly host?: string
  readonly sleep?: Sleep
}

const versions = ['TLSv1.2', 'TLSv1.3'] as const

const refuse: Sleep = () => Promise.reject(new Error('tried again'))

describe('the handshake with an API server', () => {
  const { key, cert } = createSelfSigned()
  const resumed: boolean[] = []
  let server: Server
  let folder = ''
  let test = 0
  const path = (): string => join(folder, `${test}/tls-session`)

  beforeAll(async () => {
    server = createServer({ key, cert }, (request, response) => {
      resumed.push((request.socket as TLSSocket).isSessionReused())
      response.setHeader('connection', 'close').end('{}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    folder = await mkdtemp(join(tmpdir(), 'handshake-'))
  })
  beforeEach(() => {
    resumed.length = 0
    test++
  })
  afterAll(async () => {
    server.close()
    // A last session may just be written.
    await rm(folder, { recursive: true, maxRetries: 5 })
  })

  /** As a hook of its own; a step has no second one. */
  async function hook({ ca = cert, host = '127.0.0.1', sleep = refuse }: Given = {}): Promise<Cluster> {
    const { port } = server.address() as AddressInfo
    const at = { host, port }
    const session = await openTlsSessionFile({ path: path(), ...at, ca })
    const token = (): Promise<string> => Promise.resolve('t')
    return connect({ ...at, basePath: '', tls: { ca }, session, token, namespace: 'arc' }, sleep)
  }

  /** Leaves a session, as the hook that prepares a job does. */
  async function prepare(): Promise<void> {
    await (await hook()).pods.get('p', signal)
    await until(() => existsSync(path()))
  }

  it('takes up the session of an earlier hook, which only its own user can read', async () => {
    await prepare()
    await (await hook()).pods.get('p', signal)
    expect(resumed).toEqual([false, true])
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it.each(versions)('does so by %s', async maxVersion => {
    server.setSecureContext({ key, cert, maxVersion })
    await prepare()
    await (await hook()).pods.get('p', signal)
    expect(resumed).toEqual([false, true])
  })

  it.each(versions)('keeps nothing of a server that has another name, by %s', async maxVersion => {
    server.setSecureContext({ key, cert, maxVersion })
    const ask = async (): Promise<unknown> => {
      const cluster = await hook({ host: 'localhost', sleep: () => Promise.resolve() })
      return await cluster.pods.get('p', signal)
    }
    await expect(ask()).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    await expect(ask()).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    expect(existsSync(path())).toBe(false)
    expect(resumed).toEqual([])
  })

  it('is checked by the authority where the server knows nothing of the session, as another API server', async () => {
    await prepare()
    server.setTicketKeys(randomBytes(48))
    await (await hook()).pods.get('p', signal)
    expect(resumed).toEqual([false, false])
    await until(() => existsSync(path()))
    await (await hook()).pods.get('p', signal)
    expect(resumed).toEqual([false, false, true])
  })

  it('listens once to a connection that many requests use, as to a server that gives no session', () => {
    const keep = (): Promise<void> => Promise.resolve()
    const { watch } = createHandshake({ tls: {}, session: { saved: undefined, keep, forget: keep } })
    const connection = new Socket()
    for (let request = 0; request < 20; request++) watch(connection)
    expect(connection.listenerCount('session')).toBe(1)
  })

  it('of several connections at once is made again for each', async () => {
    await prepare()
    server.setTicketKeys(randomBytes(48))
    const cluster = await hook()
    await Promise.all(['a', 'b', 'c'].map(async name => await cluster.pods.get(name, signal)))
    expect(resumed).toEqual([false, false, false, false])
  })

  it('does not trust a server that another authority vouches for', async () => {
    await prepare()
    const other = await hook({ ca: createSelfSigned().cert, sleep: () => Promise.resolve() })
    await expect(other.pods.get('p', signal)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    expect(resumed).toEqual([false])
  })

  it('does not trust another server, and tells it nothing', async () => {
    await prepare()
    const impostor = createSelfSigned()
    server.setSecureContext(impostor)
    server.setTicketKeys(randomBytes(48))
    const refused = await hook({ sleep: () => Promise.resolve() })
    await expect(refused.pods.get('p', signal)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    server.setSecureContext({ key, cert })
    expect(resumed).toEqual([false])
  })

  it.each([
    { title: 'others can read', spoil: async () => await chmod(path(), 0o640) },
    { title: 'is cut off', spoil: async () => await writeFile(path(), (await readFile(path(), 'utf8')).slice(0, 90)) },
    { title: 'holds something else', spoil: async () => await writeFile(path(), 'no session') },
    { title: 'is gone', spoil: async () => await rm(path()) },
    {
      title: 'is a directory',
      spoil: async () => {
        await rm(path())
        await mkdir(path())
      }
    }
  ])('is done in full where the file $title', async ({ spoil }) => {
    await prepare()
    await spoil()
    await (await hook()).pods.get('p', signal)
    expect(resumed).toEqual([false, false])
  })
})
