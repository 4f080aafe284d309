import type { V1ContainerState } from '@kubernetes/client-node'
import type { HookError } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import { PassThrough, Readable, Writable } from 'node:stream'
import type { Api } from '../../src/kubernetes/api.ts'
import { toApiError } from '../../src/kubernetes/api-error.ts'
import { createFollowLogs } from '../../src/kubernetes/follow-logs.ts'
import { until } from '../support/until.ts'

const running: V1ContainerState = { running: {} }
const ended: V1ContainerState = { terminated: { exitCode: 0 } }
const line = (second: number, text: string): string => `2026-11-22T10:00:0${second}.000000000Z ${text}`

/** A body that gives some bytes, and then ends or breaks. */
interface Body {
  readonly bytes: string
  readonly breaksWith?: string
  /** The API server does not open the log, and why. */
  readonly refused?: string
}

interface ScriptedPod {
  /** Of the container `main`, one for each GET of the pod; the last one lasts. undefined: there is no pod. */
  readonly states: readonly (V1ContainerState | undefined)[]
  /** One for each GET of the log. */
  readonly bodies: readonly Body[]
}

function scriptedApi({ states, bodies }: ScriptedPod): { readonly api: Api; readonly queries: unknown[] } {
  const queries: unknown[] = []
  const left = { states: [...states], bodies: [...bodies] }
  const api: Api = {
    namespace: 'arc',
    call: (_subject, request) => {
      expect(request.path).toBe('/api/v1/namespaces/arc/pods/p')
      const state = left.states.length > 1 ? left.states.shift() : left.states[0]
      if (state === undefined) return Promise.resolve({ status: 404, json: undefined, attempts: 1 })
      const json = { status: { containerStatuses: [{ name: 'main', state }] } }
      return Promise.resolve({ status: 200, json, attempts: 1 })
    },
    open: (_subject, request) => {
      expect(request.path).toBe('/api/v1/namespaces/arc/pods/p/log')
      queries.push(request.query)
      const body = left.bodies.shift()
      if (body === undefined) throw new Error('nobody expected another GET of the log')
      if (body.refused !== undefined) return Promise.reject(refusalOf(body.refused))
      return Promise.resolve(bodyOf(body) as IncomingMessage)
    }
  }
  return { api, queries }
}

/** The kubelet's words for a container without an id. */
const isTerminated = 'container "main" in pod "p" is terminated'

function refusalOf(words: string): HookError {
  const subject = { verb: 'get', resource: 'pods/log', name: 'p', namespace: 'arc' }
  return toApiError({ ...subject, status: 400, body: JSON.stringify({ kind: 'Status', message: words }) })
}

function bodyOf({ bytes, breaksWith }: Body): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.from(bytes)
      if (breaksWith !== undefined) throw new Error(breaksWith)
    })()
  )
}

async function follow(pod: ScriptedPod): Promise<{ readonly output: string; readonly queries: readonly unknown[] }> {
  const { api, queries } = scriptedApi(pod)
  const output = new PassThrough()
  const text = output.setEncoding('utf8').toArray()
  const request = { podName: 'p', container: 'main', output, signal: new AbortController().signal }
  await createFollowLogs(api, () => Promise.resolve())(request).finally(() => output.end())
  return { output: (await text).join(''), queries }
}

describe('followLogs', () => {
  it('ends at the log of a container of which an eviction has left nothing', async () => {
    const evicted: V1ContainerState = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } }
    const { output, queries } = await follow({
      states: [running, running, evicted],
      bodies: [{ bytes: line(1, 'a\n') }, { bytes: '', refused: isTerminated }, { bytes: '', refused: isTerminated }]
    })
    expect([output, queries.length]).toEqual(['a\n', 3])
  })

  it.each([
    { what: 'any other refusal', state: running, refused: 'container main is not valid for pod p' },
    { what: 'the loss of the log of a container that has succeeded', state: ended, refused: isTerminated }
  ])('passes $what on', async ({ state, refused }) => {
    await expect(follow({ states: [state], bodies: [{ bytes: '', refused }] })).rejects.toThrow(refused)
  })

  it('follows while the container runs and fetches the rest when it has ended', async () => {
    const { output, queries } = await follow({
      states: [running, ended],
      bodies: [{ bytes: line(1, 'a\n') }, { bytes: `${line(1, 'a\n')}${line(2, 'b')}` }]
    })
    expect(output).toBe('a\nb')
    expect(queries).toEqual([
      { container: 'main', follow: 'true', timestamps: 'true' },
      { container: 'main', follow: 'false', timestamps: 'true', sinceTime: '2026-11-22T10:00:01.000000000Z' }
    ])
  })

  it('goes on after a stream that ended early, and after one that broke', async () => {
    const { output } = await follow({
      states: [running, running, running, ended],
      bodies: [
        { bytes: line(1, 'a\n') },
        { bytes: line(1, 'a\n') + line(2, 'half'), breaksWith: 'read ECONNRESET' },
        { bytes: '' },
        { bytes: line(2, 'half a line\n') }
      ]
    })
    expect(output).toBe('a\nhalf a line\n')
  })

  it('does not take a log for whole whose last fetch breaks', async () => {
    const { output } = await follow({
      states: [ended],
      bodies: [{ bytes: line(1, 'a\n'), breaksWith: 'aborted' }, { bytes: line(1, 'a\n') + line(2, 'b\n') }]
    })
    expect(output).toBe('a\nb\n')
  })

  it('does not take a log for whole whose last fetch brings much, and fetches until nothing is new', async () => {
    const [much, more] = [line(1, `${'a'.repeat(20_000)}\n`), line(2, `${'b'.repeat(20_000)}\n`)]
    const { output, queries } = await follow({
      states: [ended],
      bodies: [{ bytes: much }, { bytes: much + more }, { bytes: more }]
    })
    expect(output).toBe(`${'a'.repeat(20_000)}\n${'b'.repeat(20_000)}\n`)
    expect(queries).toHaveLength(3)
  })

  it('does not take a long log for whole before a fetch brings nothing', async () => {
    const followed = line(1, `${'a'.repeat(70_000)}\n`)
    const [late, later] = [line(2, 'b\n'), line(3, 'c\n')]
    const { output, queries } = await follow({
      states: [running, ended],
      bodies: [{ bytes: followed }, { bytes: followed + late }, { bytes: late + later }, { bytes: later }]
    })
    expect(output).toBe(`${'a'.repeat(70_000)}\nb\nc\n`)
    expect(queries).toHaveLength(4)
  })

  it('says so when the rest cannot be read', async () => {
    const bodies = Array.from({ length: 10 }, () => ({ bytes: line(1, 'a\n'), breaksWith: 'aborted' }))
    await expect(follow({ states: [ended], bodies })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: 'The log of container main in pod p breaks off each time it is read: aborted'
    })
  })

  it('says so when the pod is gone', async () => {
    await expect(follow({ states: [undefined], bodies: [] })).rejects.toMatchObject({ code: 'POD_GONE' })
  })

  it('reads no faster than its output takes', async () => {
    const { api } = scriptedApi({ states: [ended], bodies: [{ bytes: line(1, 'a\n') }, { bytes: '' }] })
    const taken: (() => void)[] = []
    const output = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => taken.push(done) })
    let isOver = false
    const following = createFollowLogs(api, () => Promise.resolve())({
      podName: 'p',
      container: 'main',
      output,
      signal: new AbortController().signal
    }).then(() => (isOver = true))
    await until(() => taken.length > 0)
    expect(isOver).toBe(false)
    taken[0]?.()
    await following
    expect(output.listenerCount('drain')).toBe(0)
  })

  it('ends with the reason of the signal, also while its output takes nothing', async () => {
    const { api } = scriptedApi({ states: [ended], bodies: [{ bytes: line(1, 'a\n') }] })
    const controller = new AbortController()
    const output = new Writable({
      highWaterMark: 1,
      write: () => setImmediate(() => controller.abort(new Error('cancelled by SIGINT')))
    })
    const request = { podName: 'p', container: 'main', output, signal: controller.signal }
    await expect(createFollowLogs(api)(request)).rejects.toThrow('cancelled by SIGINT')
  })
})
