import { describe, expect, it } from '@jest/globals'
import { playApiServer, refusal, scriptedApi, signal } from './api-server.ts'

const log = '/api/v1/namespaces/arc/pods/p/log'
const request = { podName: 'p', container: 'redis', lines: 50, signal }

playApiServer()

describe('readLogTail', () => {
  it('gives the last lines that a container has said so far', async () => {
    const { server, cluster } = scriptedApi()
    server.get(log).query({ container: 'redis', tailLines: '50' }).reply(200, 'first\nsecond\n')
    expect(await cluster.readLogTail(request)).toBe('first\nsecond\n')
  })

  it('says what the API server says of a container that has no log', async () => {
    const { server, cluster } = scriptedApi()
    server.get(log).query(true).reply(400, refusal('BadRequest', 'container "redis" in pod "p" is waiting to start'))
    await expect(cluster.readLogTail(request)).rejects.toMatchObject({
      code: 'CLUSTER_REFUSED',
      message: expect.stringContaining('is waiting to start')
    })
  })
})
