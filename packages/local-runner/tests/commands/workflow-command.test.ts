import { describe, expect, it } from '@jest/globals'
import { parseWorkflowCommand } from '../../src/commands/workflow-command.ts'

const parse = (line: string): ReturnType<typeof parseWorkflowCommand> =>
  parseWorkflowCommand(line, name => ['error', 'group', 'token'].includes(name.toLowerCase()))

describe('parseWorkflowCommand', () => {
  it.each([
    { line: '::error::text', properties: {}, data: 'text' },
    { line: '  ::ERROR file=a.js,line=1::a%0Ab %25', properties: { file: 'a.js', line: '1' }, data: 'a\nb %' },
    { line: '::error title=a%3A b%2C c::x', properties: { title: 'a: b, c' }, data: 'x' },
    { line: '::error title=a=b,empty=::x', properties: { title: 'a=b' }, data: 'x' },
    { line: 'text ##[error file=a;col=2]x%5D%3B', properties: { file: 'a', col: '2' }, data: 'x];' },
    { line: '##[error]', properties: {}, data: '' }
  ])('reads $line', ({ line, properties, data }) => {
    expect(parse(line)).toEqual({ name: 'error', properties, data })
  })

  it.each(['text ::error::x', '::unknown::x', '::error', '##[command]git fetch', '', '::::'])(
    '%j is no command',
    line => {
      expect(parse(line)).toBeUndefined()
    }
  )
})
