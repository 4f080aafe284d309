import { describe, expect, it } from '@jest/globals'

import { HookError } from '../src/index.ts'

describe('HookError', () => {
  it('keeps code, message, hint, cause and exit code', () => {
    const cause = new Error('because')
    const error = new HookError('BUILD_FAILED', 'It failed.', { hint: 'Look.', cause, exitCode: 3 })
    expect(error).toMatchObject({
      name: 'HookError',
      code: 'BUILD_FAILED',
      message: 'It failed.',
      hint: 'Look.',
      exitCode: 3
    })
    expect(error.cause).toBe(cause)
  })

  it('has exit code 1 and neither hint nor cause unless told', () => {
    const error = new HookError('X', 'x')
    expect(error.exitCode).toBe(1)
    expect(error.hint).toBeUndefined()
    expect('cause' in error).toBe(false)
  })
})
