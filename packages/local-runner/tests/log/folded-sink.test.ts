import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { createFoldedSink } from '../../src/log/folded-sink.ts'
import { createPlainSink } from '../../src/log/plain-sink.ts'
import { formatDuration } from '../../src/log/format-duration.ts'
import type { LogSink, StepConclusion } from '../../src/log/log-sink.ts'

const shown = (create: (stream: PassThrough) => LogSink, conclusion: StepConclusion): readonly string[] => {
  const stream = new PassThrough()
  const sink = create(stream)
  sink.stepStarted('Step')
  for (const line of [
    '##[group]Run ./a',
    'with:',
    '##[endgroup]',
    "##[group]Run '/hook/index.js'",
    'shell: node {0}',
    '##[endgroup]',
    '##[group]Building',
    'STEP 1',
    'STEP 2',
    '##[endgroup]',
    'said'
  ]) {
    sink.line(line)
  }
  sink.stepEnded('Step', conclusion, 1234)
  return String(stream.read()).trimEnd().split('\n')
}

describe('createFoldedSink', () => {
  it('shows a group as one line and leaves out the head of the hook', () => {
    expect(shown(createFoldedSink, 'success')).toEqual([
      '▶ Step',
      '  ▸ Run ./a (1 line)',
      '  ▸ Building (2 lines)',
      '  said',
      '✔ Step (1.2 s)'
    ])
  })

  it('unfolds what the hook of a failing step printed', () => {
    expect(shown(createFoldedSink, 'failure').slice(4)).toEqual([
      '  ▾ Building',
      '  STEP 1',
      '  STEP 2',
      '✘ Step (1.2 s)'
    ])
  })
})

describe('createPlainSink', () => {
  it('writes every line as it is', () => {
    expect(shown(createPlainSink, 'cancelled')).toHaveLength(13)
    expect(shown(createPlainSink, 'cancelled').at(-1)).toBe('■ Step (1.2 s)')
  })
})

describe('formatDuration', () => {
  it.each([
    { durationMs: 40, text: '0.0 s' },
    { durationMs: 12_340, text: '12.3 s' },
    { durationMs: 59_960, text: '1 min 00 s' },
    { durationMs: 125_000, text: '2 min 05 s' }
  ])('$durationMs ms is $text', ({ durationMs, text }) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})
