import { describe, expect, it } from '@jest/globals'
import { resolveInputs } from '../../src/cli/resolve-inputs.ts'
import type { DispatchInput } from '../../src/workflow/job-definition.ts'

const input = (name: string, rest: Partial<DispatchInput> = {}): DispatchInput => ({
  name,
  type: 'string',
  required: false,
  default: undefined,
  options: [],
  ...rest
})

describe('resolveInputs', () => {
  it('gives every input a value of its type', () => {
    const declared = [
      input('text'),
      input('given', { default: 'x' }),
      input('flag', { type: 'boolean', default: true }),
      input('off', { type: 'boolean' }),
      input('count', { type: 'number' }),
      input('level', { type: 'choice', options: ['low', 'high'] })
    ]
    expect(
      resolveInputs(
        declared,
        new Map([
          ['given', 'y'],
          ['count', '3']
        ])
      )
    ).toEqual({ text: '', given: 'y', flag: true, off: false, count: 3, level: 'low' })
  })

  it.each([
    { declared: [], given: [['a', '1']], says: "The workflow has no input 'a'. Its inputs are: none." },
    { declared: [input('a', { required: true })], given: [], says: 'The workflow needs --input a=VALUE.' },
    { declared: [input('a', { type: 'boolean' })], given: [['a', 'x']], says: "must be true or false, not 'x'." },
    {
      declared: [input('a', { type: 'choice', options: ['b', 'c'] })],
      given: [['a', 'x']],
      says: "Input 'a' must be one of: b, c."
    }
  ] as const)('refuses: $says', ({ declared, given, says }) => {
    expect(() => resolveInputs(declared, new Map(given))).toThrow(says)
  })
})
