import { describe, expect, it } from '@jest/globals'
import { poll } from '../../src/support/poll.ts'

const { signal } = new AbortController()
const options = { signal, intervalMs: 1, timeoutMs: 60_000, what: 'The answer' }

describe('poll', () => {
  it('asks until there is an answer', async () => {
    const answers = [undefined, undefined, 42]
    await expect(poll(async () => await Promise.resolve(answers.shift()), options)).resolves.toBe(42)
  })

  it('gives up with a sentence', async () => {
    const never = poll(async () => await Promise.resolve(undefined), { ...options, timeoutMs: 0 })
    await expect(never).rejects.toThrow('The answer was not reached within 0 s.')
  })

  it('hands on what the question throws', async () => {
    await expect(poll(async () => await Promise.reject(new Error('broken')), options)).rejects.toThrow('broken')
  })
})
