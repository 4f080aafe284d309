import { describe, expect, it } from '@jest/globals'
import { execResultOf } from '../../src/kubernetes/exec-status.ts'
import { doneExitCode } from '../../src/kubernetes/until-done.ts'
import { statusFrame } from './exec-server.ts'

describe('execResultOf', () => {
  it.each([
    {
      what: 'the API server reports success, as it also does when its own connection broke',
      status: '{"status":"Success"}',
      reason: 'it ended without an exit code of the command'
    },
    {
      what: 'the command could not run',
      status: '{"status":"Failure","reason":"InternalError","message":"exec: \\"sh\\": executable file not found"}',
      reason: 'exec: "sh": executable file not found'
    },
    {
      what: 'it has no words',
      status: '{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[]}}',
      reason: 'the API server gave no reason'
    },
    { what: 'it is no JSON', status: 'oops', reason: 'the status of the command cannot be read: oops' },
    { what: 'it is no object', status: 'null', reason: 'the status of the command cannot be read: null' }
  ])('knows no exit code when $what', ({ status, reason }) => {
    expect(execResultOf(status)).toEqual({ kind: 'broken', reason })
  })

  it('believes in the exit code that says that the work is done', () => {
    expect(execResultOf(statusFrame(doneExitCode))).toEqual({ kind: 'exited', exitCode: 0 })
  })
})
