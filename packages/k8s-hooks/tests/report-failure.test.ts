import { describe, expect, it } from '@jest/globals'
import { HookError } from '@k8s-hooks/hooklib'
import { reportFailure } from '../src/report-failure.ts'
import { recordingLogger } from './support/recording-logger.ts'

function report(error: unknown): { readonly exitCode: number; readonly lines: readonly string[] } {
  const logger = recordingLogger()
  return { exitCode: reportFailure(error, logger), lines: logger.lines }
}

describe('the report of a HookError', () => {
  it('is its sentence and hint, in the log and as an annotation with the code', () => {
    expect(report(new HookError('NO_LUCK', 'It did not work.', { hint: 'Try again.' }))).toEqual({
      exitCode: 1,
      lines: [
        'info: \nNO_LUCK: It did not work. Try again.',
        'error: It did not work. Try again. [NO_LUCK, see docs/troubleshooting.md]'
      ]
    })
  })

  it('has the exit code of the error', () => {
    expect(report(new HookError('STEP_LOST', 'Out of memory.', { exitCode: 137 })).exitCode).toBe(137)
  })

  it('tells every cause to who debugs', () => {
    const cause = new Error('refused', { cause: new AggregateError([new Error('first'), new Error('second')]) })
    expect(report(new HookError('X', 'It failed.', { cause })).lines.slice(2)).toEqual([
      'debug: caused by refused',
      'debug: caused by first; second'
    ])
  })

  it('ends with a ring of causes', () => {
    const cause = new Error('again')
    cause.cause = cause
    expect(report(new HookError('X', 'It failed.', { cause })).lines).toHaveLength(12)
  })

  it.each([
    ['##[group]fold', '#\\#[group]fold'],
    ['first\n::set-env name=A::b', 'first\n:\\:set-env name=A::b'],
    ['first\r\n  ##[error]x\n  ::add-mask::y', 'first\r\n  #\\#[error]x\n  :\\:add-mask::y']
  ])('commands nothing to the runner with %j of a build in its text', (message, shown) => {
    expect(report(new HookError('BUILD_FAILED', message)).lines[0]).toBe(`info: \nBUILD_FAILED: ${shown}`)
  })
})

describe('the report of a defect', () => {
  it('asks for a report; the stack stands in the log only', () => {
    const error = new TypeError('x is not a function')
    error.stack = 'TypeError: x is not a function\n    at ::error::'
    expect(report(error)).toEqual({
      exitCode: 1,
      lines: [
        'info: \nThe hook itself failed; please report it with the log of this step: x is not a function\n' +
          'TypeError: x is not a function\n    at ::error::',
        'error: The hook itself failed; please report it with the log of this step: x is not a function'
      ]
    })
  })

  it('names the parts of an AggregateError', () => {
    const error = new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1')
    ])
    expect(report(error).lines[1]).toMatch(/connect ECONNREFUSED ::1; connect ECONNREFUSED 127\.0\.0\.1$/)
  })

  it.each([
    ['a string', 'thrown'],
    ['undefined', undefined],
    ['null', null],
    ['an object', {}]
  ])('copes with %s that was thrown', (_what, thrown) => {
    expect(report(thrown).exitCode).toBe(1)
  })
})
