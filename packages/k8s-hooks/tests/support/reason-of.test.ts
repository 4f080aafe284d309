import { describe, expect, it } from '@jest/globals'
import { reasonOf } from '../../src/support/reason-of.ts'

describe('reasonOf', () => {
  it.each([
    { thrown: new Error('boom'), reason: 'boom' },
    { thrown: { message: 'from another realm' }, reason: 'from another realm' },
    {
      thrown: new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]),
      reason: 'refused ::1; refused 127.0.0.1'
    },
    { thrown: Object.assign(new Error(''), { code: 'ECONNRESET' }), reason: 'ECONNRESET' },
    { thrown: new Error(''), reason: 'no reason given' },
    { thrown: 'a text', reason: 'a text' },
    { thrown: undefined, reason: 'undefined' },
    { thrown: null, reason: 'null' }
  ])('is "$reason" for $thrown', ({ thrown, reason }) => {
    expect(reasonOf(thrown)).toBe(reason)
  })
})
