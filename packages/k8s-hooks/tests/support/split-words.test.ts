import { describe, expect, it } from '@jest/globals'
import { splitWords } from '../../src/support/split-words.ts'

describe('splitWords', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    [' \t\n ', []],
    ['a  b\nc', ['a', 'b', 'c']],
    ['--health-cmd "redis-cli ping" -m 1g', ['--health-cmd', 'redis-cli ping', '-m', '1g']],
    ['--health-cmd=\'a "b" \\ c\'', ['--health-cmd=a "b" \\ c']],
    ['"" \'\'', ['', '']],
    ['a"b c"\'d e\'f', ['ab cd ef']],
    ['a\\ b \\"c\\\'', ['a b', '"c\'']],
    ['"a \\" \\\\ \\$ \\` \\n"', ['a " \\ $ ` \\n']],
    ['"\\\\$x"', ['\\$x']],
    ['a \\\n b "c\\\nd"', ['a', '', 'b', 'cd']],
    ['$(id) *', ['$(id)', '*']],
    ['"never closed', ['never closed']],
    ["'never closed", ['never closed']],
    ['end\\', ['end\\']],
    ['"end\\', ['end']]
  ])('of %j is %j', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })
})
