import { describe, expect, it } from '@jest/globals'
import { parseSupervisorWords, type SupervisorWords } from '../../src/exec/supervisor-record.ts'

describe('the words of the supervisor', () => {
  it.each<{ stderr: string; words: SupervisorWords }>([
    { stderr: '', words: { hasAttached: false, record: undefined, isGone: false, others: '' } },
    { stderr: 'k8s-hooks attached\n', words: { hasAttached: true, record: undefined, isGone: false, others: '' } },
    {
      stderr: 'k8s-hooks attached\nk8s-hooks exit 42 1048576 0\n',
      words: {
        hasAttached: true,
        record: { kind: 'exit', exitCode: 42, outputBytes: 1048576, oomKills: 0 },
        isGone: false,
        others: ''
      }
    },
    {
      stderr: 'k8s-hooks attached\nk8s-hooks exit 0 5 0\nk8s-hooks gone\n',
      words: {
        hasAttached: true,
        record: { kind: 'exit', exitCode: 0, outputBytes: 5, oomKills: 0 },
        isGone: true,
        others: ''
      }
    },
    { stderr: 'k8s-hooks lost\n', words: { hasAttached: false, record: { kind: 'lost' }, isGone: false, others: '' } },
    {
      stderr: 'sh: 3: complaint\nk8s-hooks attached\n',
      words: { hasAttached: true, record: undefined, isGone: false, others: 'sh: 3: complaint' }
    },
    {
      stderr: 'k8s-hooks exit 0',
      words: { hasAttached: false, record: undefined, isGone: false, others: 'k8s-hooks exit 0' }
    },
    {
      stderr: 'k8s-hooks exit 0 ',
      words: { hasAttached: false, record: undefined, isGone: false, others: 'k8s-hooks exit 0' }
    },
    {
      stderr: 'x k8s-hooks exit 0 5 0\n',
      words: { hasAttached: false, record: undefined, isGone: false, others: 'x k8s-hooks exit 0 5 0' }
    }
  ])('are read in "$stderr"', ({ stderr, words }) => {
    expect(parseSupervisorWords(stderr)).toEqual(words)
  })
})
