import { describe, expect, it } from '@jest/globals'
import { parseArguments } from '../src/parse-arguments.ts'

describe('parseArguments', () => {
  it.each([
    { argv: [], command: { kind: 'help' } },
    { argv: ['--help'], command: { kind: 'help' } },
    { argv: ['up'], command: { kind: 'up', need: [] } },
    { argv: ['up', '--need', 'buildah,static'], command: { kind: 'up', need: ['buildah', 'static'] } },
    { argv: ['up', '--need=static', '--need', 'static'], command: { kind: 'up', need: ['static'] } },
    { argv: ['down'], command: { kind: 'down' } },
    { argv: ['status'], command: { kind: 'status' } },
    { argv: ['shell'], command: { kind: 'shell' } },
    { argv: ['run', 'kubectl', '--help'], command: { kind: 'run', command: ['kubectl', '--help'] } },
    { argv: ['run', '--', 'down', '--'], command: { kind: 'run', command: ['down', '--'] } },
    {
      argv: ['import', 'a.tar', 'localhost/a:1'],
      command: { kind: 'import', archive: 'a.tar', reference: 'localhost/a:1' }
    }
  ])('reads $argv', ({ argv, command }) => {
    expect(parseArguments(argv)).toEqual(command)
  })

  it.each([
    { argv: ['upp'], problem: 'There is no command "upp"' },
    { argv: ['up', 'buildah'], problem: 'up: "buildah" is not understood' },
    { argv: ['up', '--need'], problem: '--need wants a list of images' },
    { argv: ['up', '--need='], problem: '--need wants a list of images' },
    { argv: ['down', 'now'], problem: 'down takes no arguments, but got: now' },
    { argv: ['run'], problem: 'a command is missing' },
    { argv: ['run', '--'], problem: 'a command is missing' },
    { argv: ['import', 'a.tar'], problem: 'import wants two arguments' },
    { argv: ['import', 'a.tar', 'b:1', 'c'], problem: 'import wants two arguments' }
  ])('refuses $argv', ({ argv, problem }) => {
    expect(() => parseArguments(argv)).toThrow(problem)
  })
})
