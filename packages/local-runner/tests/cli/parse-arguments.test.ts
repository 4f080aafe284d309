import { describe, expect, it } from '@jest/globals'
import { parseRunOptions } from '../../src/cli/parse-arguments.ts'

const required = ['run', 'w.yml', '--hook', '/h.js', '--repository-dir', '/r']

describe('parseRunOptions', () => {
  it('has defaults for all that may be left out', () => {
    expect(parseRunOptions(required)).toEqual({
      workflow: 'w.yml',
      jobId: undefined,
      hook: '/h.js',
      repositoryDirectory: '/r',
      runnerRoot: '/home/runner',
      work: undefined,
      repository: 'octo/demo',
      actionsDirectory: undefined,
      eventFile: undefined,
      inputs: new Map(),
      variables: new Map(),
      secretsFile: undefined,
      reportFile: undefined,
      logFile: undefined,
      hooksLogFile: undefined,
      folded: false,
      minuteMs: 60_000
    })
  })

  it('takes an option that may be repeated', () => {
    const options = parseRunOptions([...required, '--input', 'a=1', '--input', 'b=x=y', '--output', 'folded'])
    expect([...options.inputs]).toEqual([
      ['a', '1'],
      ['b', 'x=y']
    ])
    expect(options.folded).toBe(true)
  })

  it.each([
    { args: ['run'], says: "Expected 'run' and one workflow file." },
    { args: ['walk', 'w.yml'], says: "Expected 'run' and one workflow file." },
    { args: ['run', 'w.yml', '--repository-dir', '/r'], says: '--hook is missing.' },
    { args: [...required, '--colour'], says: "Unknown option '--colour'" },
    { args: [...required, '--input', 'a'], says: '--input a: expected name=value.' },
    { args: [...required, '--repository', 'demo'], says: '--repository demo: expected owner/name.' },
    { args: [...required, '--output', 'xml'], says: '--output xml: expected log or folded.' },
    { args: [...required, '--minute-ms', 'x'], says: '--minute-ms x: expected a positive number.' }
  ])('refuses $args', ({ args, says }) => {
    expect(() => parseRunOptions(args)).toThrow(says)
  })
})
