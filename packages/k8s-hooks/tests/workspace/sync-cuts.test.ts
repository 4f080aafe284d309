import { afterEach, describe, expect, it } from '@jest/globals'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import { HookError } from '@k8s-hooks/hooklib'
import { createAgentExec, readOnePiece, type Break } from './agent-exec.ts'
import { plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

describe('a sync whose connection breaks', () => {
  let trees: TwoTrees
  afterEach(() => trees.remove())
  const start = (breaks: readonly (Break | undefined)[] = []): TwoTrees => (trees = createTwoTrees(breaks))

  const offsets = [0, 1, 14, 15, 16, 20, 100, 300, 400, 500, 600, 1_000, 30_000, 150_000, 200_500]
  const files = { 'demo/a': 'a', 'demo/b/big': 'b'.repeat(200_000), 'demo/c': 'c', 'demo/d': { linkTo: 'c' } }

  it.each(offsets)('is repeated when it was cut after %i bytes into the pod', async afterBytesIn => {
    start([{ afterBytesIn }])
    plant(trees.runner, files)

    await trees.sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(trees.agent.calls()).toBe(2)
  })

  it.each(offsets)('is repeated when it was cut after %i bytes out of the pod', async afterBytesOut => {
    start([undefined, { afterBytesOut }])
    plant(trees.runner, { 'demo/old': 'old', 'demo/c/was-a-folder': '1' })
    await trees.sync.pushChanges(signal)
    rmSync(join(trees.pod, 'demo'), { recursive: true })
    plant(trees.pod, files)

    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(trees.agent.calls()).toBe(3)
  })

  it.each([1, 20, 60, 100, 140])(
    'is repeated when only the last %i bytes out of the pod are missing',
    async missing => {
      start()
      plant(trees.pod, files)
      const other = createTwoTrees()
      plant(other.pod, files)
      await other.sync.pullChanges(signal)
      const exec = createAgentExec([{ afterBytesOut: other.agent.bytesOut() - missing }]).exec
      other.remove()

      await trees.another({ exec }).pullChanges(signal)
      plant(trees.pod, { 'demo/a': 'A' })
      const report = await trees.sync.pullChanges(signal)

      expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
      expect(report.files).toBe(1)
    }
  )

  it('succeeds after five cuts in a row', async () => {
    const early = { afterBytesIn: 200 }
    start([early, { afterBytesOut: 40 }, { afterBytesIn: 100_000 }, early, early])
    plant(trees.runner, files)

    await trees.sync.pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
    expect(trees.agent.calls()).toBe(6)
  })

  it('fails after six cuts with pod, path and reason', async () => {
    start(Array.from({ length: 9 }, () => ({ afterBytesIn: 150_000 })))
    plant(trees.runner, { ...files, 'demo/b/big': 'b'.repeat(3_000_000) })

    const failure = await trees.sync.pushChanges(signal).catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(HookError)
    expect(failure).toMatchObject({ code: 'WORKSPACE_SYNC_FAILED', hint: 'kubectl describe pod job-pod' })
    expect((failure as HookError).message).toMatch(/into pod job-pod at demo\/b\/big: .*connection reset/)
    expect(trees.agent.calls()).toBe(6)
  })

  it('leaves no half file and no draft in the pod', async () => {
    start(Array.from({ length: 9 }, () => ({ afterBytesIn: 150_000 })))
    plant(trees.runner, { 'demo/big': 'b'.repeat(200_000) })

    await expect(trees.sync.pushChanges(signal)).rejects.toThrow('connection reset')

    expect(readdirSync(join(trees.pod, 'demo'))).toEqual([])
  })

  it('goes on where both ends are in step after a sync that failed', async () => {
    start([undefined, ...Array.from({ length: 6 }, () => ({ afterBytesOut: 400 }))])
    plant(trees.runner, { 'demo/old': 'old' })
    await trees.sync.pushChanges(signal)
    plant(trees.pod, files)
    await expect(trees.sync.pullChanges(signal)).rejects.toThrow('out of pod job-pod')
    plant(trees.pod, { 'demo/a': 'changed meanwhile' })

    await trees.sync.pushChanges(signal)
    await trees.sync.pullChanges(signal)

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(readFileSync(join(trees.runner, 'demo/a'), 'utf8')).toBe('changed meanwhile')
  })

  it('ends when the agent falls silent', async () => {
    start()
    const silent: Exec = request =>
      new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('aborted'))))
    const sync = trees.another({ exec: silent, stallTimeoutMs: 20 })

    await expect(sync.pullChanges(signal)).rejects.toThrow('Nothing was heard for 0.02 s')
  })

  it.each([
    { stdout: 'sh: node: not found\n', message: 'said "sh: node: not found\\n"' },
    { stdout: '', message: 'exit code 127: no such program' }
  ])('says what came instead of an agent: $message', async ({ stdout, message }) => {
    start()
    const exec: Exec = request => {
      request.stdout?.write(stdout)
      request.stderr?.write('no such program\n')
      return Promise.resolve({ kind: 'exited', exitCode: 127 })
    }

    await expect(trees.another({ exec }).pullChanges(signal)).rejects.toThrow(message)
  })

  it('is repeated when the reader of our stream gives up', async () => {
    start()
    plant(trees.runner, { 'demo/big': 'b'.repeat(3_000_000) })
    let calls = 0
    const exec: Exec = async request => {
      if (calls++ > 0) return await trees.agent.exec(request)
      // Leaving such a loop destroys the stream with an error.
      await readOnePiece(request)
      return { kind: 'broken', reason: 'connection reset' }
    }

    await trees.another({ exec }).pushChanges(signal)

    expect(snapshotOf(trees.pod)).toEqual(snapshotOf(trees.runner))
  })

  it('throws what exec throws, at once', async () => {
    start()
    const refusal = new HookError('PERMISSION_DENIED', 'pods/exec is not allowed')
    let calls = 0
    const exec: Exec = () => {
      calls++
      return Promise.reject(refusal)
    }

    await expect(trees.another({ exec }).pushChanges(signal)).rejects.toBe(refusal)
    expect(calls).toBe(1)
  })

  it('ends with the reason of the signal when it aborts', async () => {
    start()
    plant(trees.runner, files)
    const controller = new AbortController()
    const exec: Exec = request => {
      controller.abort(new Error('cancelled by SIGINT'))
      return trees.agent.exec(request)
    }

    await expect(trees.another({ exec }).pushChanges(controller.signal)).rejects.toThrow('cancelled by SIGINT')
  })
})
