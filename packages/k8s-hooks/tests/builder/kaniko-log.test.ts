import { describe, expect, it } from '@jest/globals'
import { readKanikoLine } from '../../src/builder/kaniko-log.ts'

const digest = `sha256:${'a'.repeat(64)}`
const entry = (msg: string, level = 'info'): string => JSON.stringify({ level, msg })

describe('readKanikoLine', () => {
  it.each([
    {
      line: entry("Building stage 'debian:bookworm-slim' [idx: '0', base-idx: '-1']"),
      event: { kind: 'step', text: 'FROM debian:bookworm-slim' }
    },
    { line: entry('RUN apt-get update'), event: { kind: 'step', text: 'RUN apt-get update' } },
    { line: entry('RUNNING late'), event: { kind: 'output', text: 'RUNNING late' } },
    { line: entry('Pushing image to h/r:t'), event: { kind: 'push', text: 'Pushing image to h/r:t' } },
    { line: entry(`Pushed h/r@${digest}`), event: { kind: 'pushed', text: `Pushed h/r@${digest}`, digest } },
    { line: entry('Taking snapshot of full filesystem...'), event: { kind: 'noise' } },
    {
      line: entry('No files were changed, appending empty layer to config. No layer added to image.'),
      event: { kind: 'noise' }
    },
    {
      line: entry('Unpacking rootfs as cmd COPY a /a requires it.'),
      event: { kind: 'output', text: 'Unpacking rootfs as cmd COPY a /a requires it.' }
    },
    { line: entry('something odd', 'warning'), event: { kind: 'output', text: 'warning: something odd' } },
    {
      line: entry('Failed to retrieve image m/a:1 from remapped registry m: MANIFEST_UNKNOWN: x', 'warning'),
      event: {
        kind: 'base-missing',
        text: 'warning: Failed to retrieve image m/a:1 from remapped registry m: MANIFEST_UNKNOWN: x'
      }
    },
    { line: 'error building image: no', event: { kind: 'error', text: 'error building image: no', thenUsage: false } },
    {
      line: entry('error pushing image: no', 'fatal'),
      event: { kind: 'error', text: 'error pushing image: no', thenUsage: false }
    },
    { line: 'Error: unknown flag: --x', event: { kind: 'error', text: 'Error: unknown flag: --x', thenUsage: true } },
    {
      line: 'RUN is a word that a command printed',
      event: { kind: 'output', text: 'RUN is a word that a command printed' }
    },
    { line: '{"level":"info"}', event: { kind: 'output', text: '{"level":"info"}' } },
    { line: '{"level":"cut', event: { kind: 'output', text: '{"level":"cut' } },
    { line: '', event: { kind: 'output', text: '' } }
  ])('reads $line', ({ line, event }) => {
    expect(readKanikoLine(line)).toEqual(event)
  })
})
