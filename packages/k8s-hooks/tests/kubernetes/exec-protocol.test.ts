import { expect, it } from '@jest/globals'
import { Readable } from 'node:stream'
import { createExec } from '../../src/kubernetes/exec.ts'
import { createHandshake } from '../../src/kubernetes/handshake.ts'
import { startExecServer } from './exec-server.ts'

it('an API server that cannot tell the end of stdin runs nothing, and the message says which one can', async () => {
  const server = await startExecServer()
  try {
    server.becomeOld()
    server.next(...Array.from({ length: 8 }, () => () => undefined))
    const tls = { ca: server.ca }
    const token = (): Promise<string> => Promise.resolve('token')
    const access = { host: '127.0.0.1', port: server.port, basePath: '', tls, token, namespace: 'arc' }
    const exec = createExec(access, createHandshake({ tls }), () => Promise.resolve())
    const { signal } = new AbortController()
    const stdin = Readable.from(['text'])
    await expect(exec({ podName: 'p', container: 'job', command: ['sh'], stdin, signal })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: 'The API server did not take the exec into pod p: Server sent no subprotocol',
      hint: expect.stringContaining('Kubernetes 1.30')
    })
  } finally {
    server.stop()
  }
})
