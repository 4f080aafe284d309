import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { agentFromStdin } from '../../src/workspace/agent-from-stdin.ts'

const program = `
const { text } = require('node:stream/consumers')
text(process.stdin).then(rest => { process.stdout.write(rest.toUpperCase() + '·'); process.exitCode = 7 })
`

function run(
  bytesOf: (opening: Buffer) => Buffer,
  env: Readonly<Record<string, string>> = {}
): readonly [number | null, string] {
  const { command, opening } = agentFromStdin({ node: process.execPath, program, pidFile: '/dev/null' })
  const [shell = '', ...args] = command
  const { status, stdout } = spawnSync(shell, args, {
    input: bytesOf(opening),
    env: { PATH: process.env['PATH'], ...env }
  })
  return [status, stdout.toString()]
}

describe('agentFromStdin', () => {
  it.each([0, 10, 1_000_000])('runs what comes first, which reads the %d bytes behind it', bytes => {
    const rest = Buffer.alloc(bytes, 'ä')
    expect(run(opening => Buffer.concat([opening, rest]))).toEqual([7, `${rest.toString().toUpperCase()}·`])
  })

  it('runs nothing of a program that did not come whole', () => {
    expect(run(opening => opening.subarray(0, -1))).toEqual([1, ''])
  })

  it('loads nothing that the options of the container name', () => {
    expect(run(opening => opening, { NODE_OPTIONS: '--require /no/such/file' })).toEqual([7, '·'])
  })
})
