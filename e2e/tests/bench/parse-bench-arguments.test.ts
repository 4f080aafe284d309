import { describe, expect, it } from '@jest/globals'
import { parseBenchArguments } from '../../src/bench/parse-bench-arguments.ts'

describe('the arguments of the benchmark', () => {
  it('are none for the document', () => {
    expect(parseBenchArguments([])).toEqual({
      isSmall: false,
      parts: ['hooks', 'copies', 'builds'],
      isForDocument: true
    })
  })

  it.each([
    { args: ['--small'], parts: ['hooks', 'copies', 'builds'] },
    { args: ['--only', 'builds'], parts: ['builds'] },
    { args: ['--small', '--only', 'builds,hooks'], parts: ['hooks', 'builds'] }
  ])('leave the document alone when they are $args', ({ args, parts }) => {
    expect(parseBenchArguments(args)).toMatchObject({ parts, isForDocument: false })
  })

  it.each([['--only'], ['--only', 'everything'], ['--only', 'builds,everything'], ['--fast']])(
    'are refused when nothing is known of them: %s %s',
    (...args) => {
      expect(() => parseBenchArguments(args)).toThrow(/hooks, ?copies, ?builds/)
    }
  )
})
