import { describe, expect, it } from '@jest/globals'
import { playApiServer, refusal, scriptedApi, signal } from './api-server.ts'

const events = '/api/v1/namespaces/arc/events'
const fieldSelector = 'involvedObject.uid=u1,type=Warning'

playApiServer()

describe('warnings about a pod', () => {
  it('are the last five of its events, each once, the newest last', async () => {
    const { server, cluster } = scriptedApi()
    const numbered = [5, 4, 3, 2].map(minute => ({
      reason: 'BackOff',
      message: `${minute}\n`,
      lastTimestamp: `2026-11-22T10:0${minute}:00Z`
    }))
    const scheduler = { reason: 'FailedScheduling', message: 'no node', eventTime: '2026-11-22T10:01:00.000000Z' }
    const again = { reason: 'BackOff', message: '3', lastTimestamp: '2026-11-22T10:09:00Z' }
    server
      .get(events)
      .query({ fieldSelector })
      .reply(200, { items: [...numbered, again, scheduler] })
    expect(await cluster.pods.warnings('u1', signal)).toEqual([
      'FailedScheduling: no node',
      'BackOff: 2',
      'BackOff: 4',
      'BackOff: 5',
      'BackOff: 3'
    ])
  })

  it('are none where the role may not read Events', async () => {
    const { server, cluster } = scriptedApi()
    server.get(events).query(true).reply(403, refusal('Forbidden', 'events is forbidden: User "u" cannot list'))
    expect(await cluster.pods.warnings('u1', signal)).toEqual([])
  })

  it('end with the reason of the signal', async () => {
    const { server, cluster } = scriptedApi()
    const controller = new AbortController()
    server
      .get(events)
      .query(true)
      .reply(500, () => {
        controller.abort(new Error('cancelled'))
        return ''
      })
    await expect(cluster.pods.warnings('u1', controller.signal)).rejects.toThrow('cancelled')
  })
})
