import { describe, expect, it } from '@jest/globals'
import { explainExit } from '../../src/exec/explain-exit.ts'
import type { PodCommand } from '../../src/exec/pod-command.ts'

const command: PodCommand = {
  id: 'step',
  argv: ['sh'],
  env: { SMALL: 'x', LARGEST: 'x'.repeat(131_071 - 'LARGEST='.length) },
  prependPath: [],
  workingDirectory: '/'
}
const exitWith = (exitCode: number, oomKills = 0) => ({ kind: 'exit', exitCode, outputBytes: 0, oomKills }) as const

describe('explainExit', () => {
  it.each([exitWith(0), exitWith(1), exitWith(126), exitWith(137), exitWith(0, 3)])(
    'has nothing to add to exit code $exitCode after $oomKills kills',
    exit => {
      expect(explainExit(exit, command, 'p')).toBeUndefined()
    }
  )

  it.each([
    { exit: exitWith(137, 1), words: 'exit code 137; while it ran, the kernel killed a process of pod p' },
    { exit: exitWith(2, 3), words: 'exit code 2; while it ran, the kernel killed 3 processes of pod p' }
  ])(
    'says OOMKilled of a step that failed when the kernel killed something of it, and keeps $exit.exitCode',
    ({ exit, words }) => {
      expect(explainExit(exit, command, 'p')).toMatchObject({
        code: 'STEP_OUT_OF_MEMORY',
        message: `The step ended with ${words} for using more memory than the limit allows (OOMKilled).`,
        exitCode: exit.exitCode
      })
    }
  )

  it.each([
    {
      changes: { env: { HUGE: 'ü'.repeat(70_000) } },
      words: 'the environment variable HUGE has 140005 bytes with its name'
    },
    { changes: { argv: ['sh', '-c', 'x'.repeat(131_072)] }, words: 'one of its arguments has 131072 bytes' }
  ])('says what Linux does not take: $words', ({ changes, words }) => {
    expect(explainExit(exitWith(126), { ...command, ...changes }, 'p')).toMatchObject({
      code: 'STEP_TOO_LARGE',
      message: `The step could not be started: ${words}, and Linux takes at most 131071.`,
      exitCode: 126
    })
  })
})
