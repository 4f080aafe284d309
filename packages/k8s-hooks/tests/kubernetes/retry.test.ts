import { describe, expect, it } from '@jest/globals'
import { retry, type Transient } from '../../src/kubernetes/retry.ts'

const { signal } = new AbortController()
const boom: Transient = { transient: new Error('boom') }

describe('retry', () => {
  it('returns what an attempt gives, and tells each its number', async () => {
    const numbers: number[] = []
    const value = await retry<string>(
      number => {
        numbers.push(number)
        return Promise.resolve(number < 3 ? boom : 'done')
      },
      { signal, sleep: () => Promise.resolve() }
    )
    expect(value).toBe('done')
    expect(numbers).toEqual([1, 2, 3])
  })

  it('throws the last transient error after as many attempts as allowed', async () => {
    let attempts = 0
    const retrying = retry(() => Promise.resolve({ transient: new Error(`boom ${++attempts}`) }), {
      signal,
      sleep: () => Promise.resolve(),
      maxAttempts: 2
    })
    await expect(retrying).rejects.toThrow('boom 2')
  })

  it('does not repeat an attempt that throws', async () => {
    const retrying = retry(() => Promise.reject(new Error('for good')), {
      signal,
      sleep: () => {
        throw new Error('nobody expected a pause')
      }
    })
    await expect(retrying).rejects.toThrow('for good')
  })

  it('pauses no longer than the signal lets it', async () => {
    const retrying = retry(() => Promise.resolve(boom), { signal: AbortSignal.abort(new Error('cancelled')) })
    await expect(retrying).rejects.toThrow('cancelled')
  })
})
