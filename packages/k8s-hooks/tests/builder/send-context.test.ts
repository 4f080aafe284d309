import { describe, expect, it } from '@jest/globals'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { HookError } from '@k8s-hooks/hooklib'
import { sendContext } from '../../src/builder/send-context.ts'
import type { ExecRequest, ExecResult } from '../../src/kubernetes/cluster.ts'
import { buildRequest } from './build-request.ts'
import { fakeBuilderDeps, podWith, type Script } from './fake-cluster.ts'

const signal = AbortSignal.timeout(20_000)
const broken: ExecResult = { kind: 'broken', reason: 'connection closed (1006)' }
const running = podWith({ receive: { running: {} } })
const arrived = podWith({ receive: { terminated: { exitCode: 0 } } })

interface Sent {
  readonly outcome: unknown
  readonly asked: readonly string[]
  readonly warnings: readonly string[]
}

/** Sends a context; the n-th exec has the n-th result, an Error is thrown. */
async function send(
  pods: Script['pods'],
  results: readonly (ExecResult | Error)[],
  openTar?: () => Readable
): Promise<Sent> {
  const asked: string[] = []
  const warnings: string[] = []
  const exec = async ({ command, stdin, stderr }: ExecRequest): Promise<ExecResult> => {
    const result = results[asked.length] ?? new Error('Unexpected call to exec')
    asked.push(command[5] === undefined ? 'is it there?' : `try ${command[5]}`)
    if (stdin !== undefined) await buffer(stdin).catch(() => undefined)
    stderr?.write('words\n')
    if (!('kind' in result)) throw result
    return result
  }
  const { cluster, sleep } = fakeBuilderDeps({ pods, exec }).deps
  const { context } = buildRequest()
  const deps = { cluster, podName: 'pod-1', warn: (line: string) => warnings.push(line), sleep }
  const outcome = await sendContext(openTar === undefined ? context : { ...context, openTar }, deps, signal).then(
    () => 'arrived',
    (error: unknown) => error
  )
  return { outcome, asked, warnings }
}

describe('sendContext', () => {
  it('needs one exec when nothing breaks', async () => {
    expect(await send([running], [{ kind: 'exited', exitCode: 0 }])).toEqual({
      outcome: 'arrived',
      asked: ['try 1'],
      warnings: []
    })
  })

  it('takes an exec that was killed with the receiver for a success', async () => {
    expect(await send([arrived], [{ kind: 'exited', exitCode: 137 }])).toEqual({
      outcome: 'arrived',
      asked: ['try 1'],
      warnings: []
    })
  })

  it('finds the marker after a break at the very end', async () => {
    const { outcome, asked } = await send([running], [broken, { kind: 'exited', exitCode: 0 }])
    expect({ outcome, asked }).toEqual({ outcome: 'arrived', asked: ['try 1', 'is it there?'] })
  })

  it('waits for the status of a receiver that ended while it was asked', async () => {
    const gone = new HookError('CLUSTER_REFUSED', 'container not found')
    expect((await send([running, running, arrived], [broken, gone])).outcome).toBe('arrived')
  })

  it('sends once more, into another directory', async () => {
    const results = [broken, { kind: 'exited', exitCode: 1 } as const, { kind: 'exited', exitCode: 0 } as const]
    expect(await send([running], results)).toEqual({
      outcome: 'arrived',
      asked: ['try 1', 'is it there?', 'try 2'],
      warnings: [
        'The build context did not arrive whole (the connection broke: connection closed (1006)); it is sent again.'
      ]
    })
  })

  it('gives up when the receiver has refused it twice, with what it said', async () => {
    const notThere: ExecResult = { kind: 'exited', exitCode: 1 }
    const refused: ExecResult = { kind: 'exited', exitCode: 65 }
    const { outcome } = await send([running], [refused, notThere, broken, notThere, refused, notThere])
    expect(outcome).toMatchObject({
      code: 'CONTEXT_TRANSFER_FAILED',
      message: 'The build context did not arrive in pod pod-1: the receiver ended with exit code 65: words.'
    })
  })

  it('survives five connections in a row that break, and no more', async () => {
    const notThere: ExecResult = { kind: 'exited', exitCode: 1 }
    const there: ExecResult = { kind: 'exited', exitCode: 0 }
    const five = Array.from({ length: 5 }, () => [broken, notThere]).flat()
    expect((await send([running], [...five, there])).outcome).toBe('arrived')
    expect((await send([running], [...five, broken, notThere])).outcome).toMatchObject({
      code: 'CONTEXT_TRANSFER_FAILED'
    })
  })

  it('throws what went wrong with reading the context, and does not try again', async () => {
    const changed = new HookError('CONTEXT_CHANGED', 'a file changed')
    const openTar = (): Readable =>
      new Readable({
        read() {
          this.destroy(changed)
        }
      })
    expect(await send([running], [broken], openTar)).toEqual({ outcome: changed, asked: ['try 1'], warnings: [] })
  })

  it('does not take a stream that was left half read for a reading error', async () => {
    const openTar = (): Readable => {
      const stream = Readable.from([Buffer.from('a'), Buffer.from('b')])
      queueMicrotask(() =>
        stream.destroy(Object.assign(new Error('The operation was aborted'), { name: 'AbortError' }))
      )
      return stream
    }
    const { outcome } = await send(
      [running],
      [broken, { kind: 'exited', exitCode: 1 }, { kind: 'exited', exitCode: 0 }],
      openTar
    )
    expect(outcome).toBe('arrived')
  })
})
