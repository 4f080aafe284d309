import { describe, expect, it } from '@jest/globals'
import { createRunProgram, ProgramFailed } from '../../src/support/run-program.ts'

const run = createRunProgram(new AbortController().signal, { PATH: process.env['PATH'] ?? '' })

describe('createRunProgram', () => {
  it('returns what the program writes, having given it its input and environment', async () => {
    const output = run('sh', ['-c', 'printf "%s %s" "$WHO" "$(cat)"'], { input: 'there', env: { WHO: 'hello' } })
    await expect(output).resolves.toBe('hello there')
  })

  it('hands on each line of stderr, the last one without a line end too', async () => {
    const lines: string[] = []
    await run('sh', ['-c', 'printf "one\\ntwo" >&2'], { onErrorLine: line => lines.push(line) })
    expect(lines).toEqual(['one', 'two'])
  })

  it('fails with the exit code and the last words of the program', async () => {
    const failure: unknown = await run('sh', ['-c', 'echo because >&2; exit 3']).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'ProgramFailed', exitCode: 3, details: 'because' })
  })

  it('fails with the name of a program that is not there', async () => {
    await expect(run('no-such-program', [])).rejects.toThrow('no-such-program did not run')
  })

  it('names the signal that ended the program', async () => {
    await expect(run('sh', ['-c', 'kill -9 $$'])).rejects.toThrow('was ended by SIGKILL')
  })

  it('ends the program when it is interrupted', async () => {
    const abort = new AbortController()
    const running = createRunProgram(abort.signal, {})('/bin/sleep', ['1000'])
    abort.abort()
    await expect(running).rejects.toThrow(ProgramFailed)
  })

  it('does not mind a program that leaves its input unread', async () => {
    await expect(run('true', [], { input: 'x'.repeat(1_000_000) })).resolves.toBe('')
  })
})
