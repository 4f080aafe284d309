import { describe, expect, it } from '@jest/globals'
import { buildkitLogReader } from '../../src/builder/buildkit-log.ts'
import type { LogEvent } from '../../src/builder/builder-kind.ts'

const digest = `sha256:${'d'.repeat(64)}`

/** What is left of a log when the noise is gone. */
function read(...lines: readonly string[]): readonly LogEvent[] {
  return lines.map(buildkitLogReader()).filter(({ kind }) => kind !== 'noise')
}

const output = (text: string): LogEvent => ({ kind: 'output', text })
const step = (text: string): LogEvent => ({ kind: 'step', text, timesItself: true })

describe('buildkitLogReader', () => {
  it('says steps, what they print and how long they took, and nothing of what is not in the Dockerfile', () => {
    expect(
      read(
        '#1 [internal] load build definition from Dockerfile',
        '#1 transferring dockerfile: 95B done',
        '#1 DONE 0.0s',
        '',
        '#2 [internal] load metadata for docker.io/library/busybox:1.35',
        '#2 DONE 0.1s',
        '',
        `#3 [1/2] FROM docker.io/library/busybox:1.35@${digest}`,
        '#3 resolve docker.io/library/busybox:1.35 0.0s done',
        '#3 extracting sha256:aa 0.1s done',
        '#3 ...',
        '',
        '#5 [internal] load build context',
        '#5 DONE 0.0s',
        '',
        `#3 [1/2] FROM docker.io/library/busybox:1.35@${digest}`,
        '#3 DONE 0.0s',
        '',
        '#4 [2/2] RUN echo hello',
        '#4 0.212 hello',
        '#4 0.213',
        '#4 0.214   ERROR: of the program',
        '#4 DONE 0.4s'
      )
    ).toEqual([
      step('FROM busybox:1.35'),
      step('RUN echo hello'),
      output('hello'),
      output(''),
      output('  ERROR: of the program'),
      output('     took 400 ms')
    ])
  })

  it('names a step again when another has come between', () => {
    expect(
      read(
        '#5 [one 2/2] RUN first',
        '#5 ...',
        '',
        '#6 [stage-1 2/3] RUN second',
        '#6 DONE 0.0s',
        '',
        '#5 [one 2/2] RUN first',
        '#5 1.500 printed'
      )
    ).toEqual([step('RUN first'), step('RUN second'), output('     (RUN first)'), output('printed')])
  })

  it('says which steps were taken from the cache', () => {
    expect(read('#5 [2/2] RUN make', '#5 CACHED')).toEqual([step('RUN make'), output('     CACHED')])
  })

  it('tells the failing step and its line, and its output once', () => {
    expect(
      read(
        '#5 [2/3] RUN good',
        '#6 [other 2/2] RUN exit 7',
        '#6 0.1 not printed by RUN',
        '#6 0.100 words',
        '#6 ERROR: process "/bin/sh -c exit 7" did not complete successfully: exit code: 7',
        '#5 CANCELED',
        '------',
        ' > [other 2/2] RUN exit 7:',
        '0.100 words',
        '------',
        'Dockerfile:12',
        '--------------------',
        '  12 | >>> RUN exit 7',
        '--------------------',
        'error: failed to solve: process "/bin/sh -c exit 7" did not complete successfully: exit code: 7'
      )
    ).toEqual([
      step('RUN good'),
      step('RUN exit 7'),
      output('words'),
      {
        kind: 'error',
        text: 'Error: process "/bin/sh -c exit 7" did not complete successfully: exit code 7',
        thenUsage: false,
        step: 'RUN exit 7',
        line: 12
      }
    ])
  })

  it('tells what fails before the first step', () => {
    expect(
      read(
        '#2 [internal] load metadata for docker.io/library/nope:1',
        '#2 ERROR: docker.io/library/nope:1: not found',
        'error: failed to solve: docker.io/library/nope:1: not found'
      )
    ).toEqual([{ kind: 'error', text: 'Error: docker.io/library/nope:1: not found', thenUsage: false }])
  })

  it('tells when the push begins and which digest was pushed, from the export alone', () => {
    const pushed = `pushing manifest for h/r:t@${digest} 0.0s done`
    expect(
      read(
        '#4 [2/2] RUN x',
        '#4 0.100 pushing layers',
        `#4 0.100 ${pushed}`,
        '#8 exporting to image',
        '#8 exporting layers 0.1s done',
        '#8 pushing layers',
        '#8 pushing layers 0.2s done',
        `#8 ${pushed}`,
        '#8 DONE 0.3s'
      )
    ).toEqual([
      step('RUN x'),
      output('pushing layers'),
      output(pushed),
      { kind: 'push', text: 'Pushing the image' },
      { kind: 'pushed', text: `Pushed the manifest ${digest}`, digest }
    ])
  })

  it('takes the instruction from the Dockerfile where nothing else names it', () => {
    expect(
      read(
        '#4 [2/3] RUN good',
        'Dockerfile:3',
        '--------------------',
        '   2 |     RUN good',
        '   3 | >>> COPY missing /x',
        '--------------------',
        'error: failed to solve: failed to compute cache key: "/missing": not found'
      )
    ).toEqual([
      step('RUN good'),
      {
        kind: 'error',
        text: 'Error: failed to compute cache key: "/missing": not found',
        thenUsage: false,
        step: 'COPY missing /x',
        line: 3
      }
    ])
  })

  it('hands on what the script says before BuildKit answers', () => {
    expect(read('[rootlesskit:parent] error: no', 'Error: BuildKit did not start.')).toEqual([
      output('[rootlesskit:parent] error: no'),
      { kind: 'error', text: 'Error: BuildKit did not start.', thenUsage: false }
    ])
  })
})
