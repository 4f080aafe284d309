import { describe, expect, it } from '@jest/globals'
import { exclusively } from '../../src/support/exclusive.ts'

const { signal } = new AbortController()

describe('exclusively', () => {
  it('lets the second wait for the first and says so once', async () => {
    const order: string[] = []
    let second: Promise<void> | undefined
    await exclusively('test-order', { signal }, async () => {
      order.push('first in')
      await new Promise<void>(resolve => {
        const onWait = (): void => {
          order.push('second waits')
          resolve()
        }
        second = exclusively('test-order', { signal, onWait }, async () => {
          order.push('second in')
          await Promise.resolve()
        })
      })
      order.push('first out')
    })
    await second
    expect(order).toEqual(['first in', 'second waits', 'first out', 'second in'])
  })

  it('lets different names work side by side', async () => {
    const inner = exclusively('test-a', { signal }, async () => {
      return await exclusively('test-b', { signal }, async () => await Promise.resolve('both'))
    })
    await expect(inner).resolves.toBe('both')
  })

  it('is free again after a failure', async () => {
    const failing = exclusively('test-failure', { signal }, async () => await Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    await expect(exclusively('test-failure', { signal }, async () => await Promise.resolve(1))).resolves.toBe(1)
  })

  it('stops waiting when it is interrupted', async () => {
    const abort = new AbortController()
    await exclusively('test-abort', { signal }, async () => {
      const waiting = exclusively(
        'test-abort',
        { signal: abort.signal, onWait: () => abort.abort() },
        async () => await Promise.resolve()
      )
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    })
  })
})
