import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemSleep } from '../../src/support/poll.ts'
import { withSyncLock } from '../../src/workspace/sync-lock.ts'

const signal = new AbortController().signal
const sleep = (_ms: number, stop: AbortSignal): Promise<void> => systemSleep(1, stop)

describe('withSyncLock', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sync-lock-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('lets the next one begin when the first has ended, also by an error', async () => {
    const order: string[] = []
    const first = withSyncLock(directory, { signal, onWait: () => undefined, sleep }, async () => {
      order.push('first begins')
      await systemSleep(5, signal)
      order.push('first ends')
      throw new Error('failed')
    })
    const second = withSyncLock(directory, { signal, onWait: () => void order.push('second waits'), sleep }, () =>
      Promise.resolve(order.push('second begins'))
    )

    await expect(first).rejects.toThrow('failed')
    await second
    expect(order).toEqual(['first begins', 'second waits', 'first ends', 'second begins'])
  })

  it('does not wait for a lock of another directory', async () => {
    const other = mkdtempSync(join(tmpdir(), 'sync-lock-'))
    const waits: string[] = []

    await withSyncLock(directory, { signal, onWait: () => void waits.push('a'), sleep }, () =>
      withSyncLock(other, { signal, onWait: () => void waits.push('b'), sleep }, () => Promise.resolve())
    )

    expect(waits).toEqual([])
    rmSync(other, { recursive: true })
  })

  it('stops waiting when the signal aborts', async () => {
    const controller = new AbortController()
    const waiting = withSyncLock(directory, { signal, onWait: () => undefined, sleep }, () =>
      withSyncLock(
        directory,
        { signal: controller.signal, onWait: () => controller.abort(new Error('cancelled')), sleep },
        () => Promise.resolve()
      )
    )

    await expect(waiting).rejects.toThrow('cancelled')
  })

  it('is free when the process that held it was killed', async () => {
    const { dev, ino } = statSync(directory)
    const script = `require('net').createServer().listen('\\0k8s-hooks-sync-${dev}-${ino}', () => console.log('held'))`
    const holder = spawn(process.execPath, ['-e', script])
    await once(holder.stdout, 'data')
    let waited = 0
    const onWait = (): void => {
      waited++
      holder.kill('SIGKILL')
    }

    await withSyncLock(directory, { signal, onWait, sleep }, () => Promise.resolve())

    expect(waited).toBe(1)
  })
})
