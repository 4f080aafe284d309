import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from '../../src/kubernetes/connect.ts'
import { createSelfSigned } from './self-signed.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

describe('the transport, against a real TLS server', () => {
  const { key, cert } = createSelfSigned()
  const handlers: Handler[] = []
  const requests: string[] = []
  let server: Server
  beforeAll(async () => {
    server = createServer({ key, cert }, (request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
      handlers.shift()?.(request, response)
    })
    // Node's own 5 s between two requests may pass where the machine is busy.
    server.keepAliveTimeout = 600_000
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  function clusterWith(
    ca: string,
    token: () => Promise<string> = () => Promise.resolve('t')
  ): ReturnType<typeof connect> {
    const { port } = server.address() as AddressInfo
    return connect({ host: '127.0.0.1', port, basePath: '', tls: { ca }, token, namespace: 'arc' }, () =>
      Promise.resolve()
    )
  }
  const { signal } = new AbortController()
  const answer = (json: object) => (_request: IncomingMessage, response: ServerResponse) =>
    response.end(JSON.stringify(json))

  it('reads the token anew for each request and uses one connection again', async () => {
    const tokens: unknown[] = []
    const sockets = new Set()
    const note: Handler = (request, response) => {
      tokens.push(request.headers.authorization)
      sockets.add(request.socket)
      response.end('{}')
    }
    handlers.push(note, note)
    let count = 0
    const cluster = clusterWith(cert, () => Promise.resolve(`token-${++count}`))
    await cluster.pods.get('p', signal)
    // Node hands a connection back to its agent in a tick of its own, after the answer's end.
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    await cluster.pods.get('p', signal)
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(sockets.size).toBe(1)
  })

  it('asks again when the connection breaks within the body', async () => {
    handlers.push(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 1000 })
        response.write('{"metadata":')
        setImmediate(() => response.destroy())
      },
      answer({ metadata: { name: 'p' } })
    )
    expect(await clusterWith(cert).pods.get('p', signal)).toEqual({ metadata: { name: 'p' } })
  })

  it('creates again when the answer of a create breaks off, and adopts what is there', async () => {
    let marks = ''
    handlers.push(
      (request, response) => {
        request.on('data', (chunk: Buffer) => (marks += chunk.toString('utf8')))
        request.on('end', () => {
          response.writeHead(201, { 'content-length': 1000 })
          response.write('{')
          setImmediate(() => response.destroy())
        })
      },
      (_request, response) => response.writeHead(409).end('{"reason":"AlreadyExists"}'),
      (_request, response) => response.end(marks)
    )
    const created = await clusterWith(cert).pods.create({ metadata: { name: 'p' } }, signal)
    expect(created.metadata?.name).toBe('p')
    expect(requests.slice(-3)).toEqual([
      'POST /api/v1/namespaces/arc/pods',
      'POST /api/v1/namespaces/arc/pods',
      'GET /api/v1/namespaces/arc/pods/p'
    ])
  })

  it('stops reading with the reason of the signal when that aborts within the body', async () => {
    const controller = new AbortController()
    handlers.push((_request, response) => {
      response.write('{')
      setImmediate(() => controller.abort(new Error('cancelled by SIGINT')))
    })
    await expect(clusterWith(cert).pods.get('p', controller.signal)).rejects.toThrow('cancelled by SIGINT')
  })

  it('does not speak to a server that the authority has not signed', async () => {
    const before = requests.length
    await expect(clusterWith(createSelfSigned().cert).pods.get('p', signal)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringContaining('self-signed certificate')
    })
    expect(requests.length).toBe(before)
  })

  it('tells when the token cannot be read', async () => {
    const cluster = clusterWith(cert, () => Promise.reject(new Error('ENOENT: no such file, open token')))
    await expect(cluster.pods.get('p', signal)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: 'The API server did not answer (get pods): ENOENT: no such file, open token'
    })
  })
})
