import { describe, expect, it } from '@jest/globals'
import { writeHookInput } from '../../src/hook/write-hook-input.ts'

describe('writeHookInput', () => {
  it('writes cleanup_job with empty arguments and a state or null', () => {
    expect(writeHookInput({ command: 'cleanup_job' }, '/r.json', null)).toBe(
      '{"command":"cleanup_job","responseFile":"/r.json","args":{},"state":null}'
    )
    expect(writeHookInput({ command: 'cleanup_job' }, '/r.json', { b: 1, a: [null] })).toContain(
      '"state":{"b":1,"a":[null]}}'
    )
  })

  it('stays one line, keeps the order of the environment, also of numbers, and the case of its names', () => {
    const line = writeHookInput(
      {
        command: 'run_script_step',
        args: {
          entryPointArgs: ['-e', ''],
          entryPoint: 'sh',
          environmentVariables: [
            ['b', 'x\ny\u2028z\u0085\u2029'],
            ['1', ''],
            ['A', 'ü"\\']
          ],
          prependPath: [],
          workingDirectory: '/w'
        }
      },
      '/r.json',
      null
    )
    expect(line).toBe(
      '{"command":"run_script_step","responseFile":"/r.json","args":{"entryPointArgs":["-e",""],"entryPoint":"sh",' +
        '"environmentVariables":{"b":"x\\ny\\u2028z\\u0085\\u2029","1":"","A":"ü\\"\\\\"},"prependPath":[],' +
        '"workingDirectory":"/w"},"state":null}'
    )
  })
})
