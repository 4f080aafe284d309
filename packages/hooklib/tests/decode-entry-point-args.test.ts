import { describe, expect, it } from '@jest/globals'

import { decodeEntryPointArgs } from '../src/index.ts'
import { encodeActionArgs, quoteForCommandLine } from './encode-entry-point-args.ts'
import { randomStrings } from './random-strings.ts'

describe('decodeEntryPointArgs', () => {
  it.each([
    { given: 'a plain word', fragments: ['-v'], args: ['-v'] },
    { given: 'blanks in an argument', fragments: ['"hello', 'world"'], args: ['hello world'] },
    { given: 'an empty argument', fragments: ['""'], args: [''] },
    { given: 'empty arguments between others', fragments: ['"a"', '""', '"b"', '""'], args: ['a', '', 'b', ''] },
    { given: 'quotes in an argument', fragments: ['"say', '\\"hi\\""'], args: ['say "hi"'] },
    { given: 'an apostrophe', fragments: ["it's", 'fine'], args: ["it's", 'fine'] },
    { given: 'apostrophes, which do not group', fragments: ["--x='a", "b'"], args: ["--x='a", "b'"] },
    { given: 'backslashes that no quote follows', fragments: ['"\\\\srv"'], args: ['\\\\srv'] },
    { given: 'a backslash in front of the last quote, as Docker reads it', fragments: ['"ends\\"'], args: ['ends"'] },
    { given: 'two blanks, of which the runner lost one', fragments: ['"two', 'spaces"'], args: ['two spaces'] },
    {
      given: 'a quoted command of pwsh',
      fragments: ['-command', '".', "'/a b/x.ps1'\""],
      args: ['-command', ". '/a b/x.ps1'"]
    },
    { given: 'runs of blanks in a script step', fragments: ['-x', '', '', '"a', '', 'b"'], args: ['-x', 'a  b'] },
    { given: 'a tab between words', fragments: ['a\tb'], args: ['a', 'b'] },
    { given: 'a tab in quotes', fragments: ['"a\tb"'], args: ['a\tb'] },
    { given: 'a line break, which does not separate', fragments: ['a\nb'], args: ['a\nb'] },
    { given: 'a doubled quote in quotes', fragments: ['"a""b"'], args: ['a"b'] },
    { given: 'a doubled quote outside quotes', fragments: ['a""b'], args: ['ab'] },
    { given: 'three quotes', fragments: ['"""', 'x'], args: ['" x'] },
    { given: 'quotes in the middle of a word', fragments: ['--name="Mona', 'Lisa"'], args: ['--name=Mona Lisa'] },
    { given: 'two backslashes and a quote', fragments: ['"a\\\\"', 'b'], args: ['a\\', 'b'] },
    { given: 'three backslashes and a quote', fragments: ['"a\\\\\\"', 'b"'], args: ['a\\" b'] },
    { given: 'a quote that is never closed', fragments: ['"a', 'b'], args: ['a b'] },
    {
      given: 'a shell expression, which stays text',
      fragments: ['"$(id)"', '`id`', '*'],
      args: ['$(id)', '`id`', '*']
    },
    { given: 'characters beyond ASCII', fragments: ['"grüße', '👋"'], args: ['grüße 👋'] },
    { given: 'nothing', fragments: [], args: [] },
    { given: 'only blanks', fragments: ['', '', ''], args: [] }
  ])('decodes $given', ({ fragments, args }) => {
    expect(decodeEntryPointArgs(fragments)).toEqual(args)
  })

  it('gives back every argument that the runner can carry', () => {
    // What the runner's own quoting loses: runs of blanks, other white space beside one, a backslash before a quote.
    const carried = (arg: string) => !/ \s|\s |\\"|\\$/.test(arg)
    const args = randomStrings({
      seed: 1,
      count: 20_000,
      alphabet: ['a', 'b', ' ', '"', "'", '\\', '\t', '\n', '$', 'ü']
    })
    const lists = inGroups(args.filter(carried), 5)
    expect(lists.length).toBeGreaterThan(1000)
    for (const list of lists) expect(decodeEntryPointArgs(encodeActionArgs(list))).toEqual(list)
  })

  it('gives back every argument of a command line that is quoted by the rule', () => {
    const args = randomStrings({ seed: 2, count: 20_000, alphabet: ['a', ' ', '"', '\\', '\t', '\n'] })
    for (const list of inGroups(args, 5)) {
      const line = list.map(quoteForCommandLine).join(' ')
      expect(decodeEntryPointArgs(line.split(' '))).toEqual(list)
    }
  })
})

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.floor(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
