import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { doneExitCode, untilDone } from '../../src/kubernetes/until-done.ts'

const statusOf = (script: string): number | null => spawnSync('sh', ['-c', untilDone(script), 'name', 'first']).status

describe('untilDone', () => {
  it.each(['true', 'exit 0', 'exec true', '[ "$1" = first ]', 'set -e\ntrue'])(
    'tells by a code of its own that "%s" is done',
    script => {
      expect(statusOf(script)).toBe(doneExitCode)
    }
  )

  it.each([
    { script: 'false', exitCode: 1 },
    { script: 'exit 30', exitCode: 30 },
    { script: 'exec sh -c "exit 7"', exitCode: 7 },
    { script: 'set -e\nfalse\ntrue', exitCode: 1 },
    { script: 'no-such-program', exitCode: 127 }
  ])('keeps the exit code of "$script"', ({ script, exitCode }) => {
    expect(statusOf(script)).toBe(exitCode)
  })
})
