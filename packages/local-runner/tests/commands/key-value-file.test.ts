import { describe, expect, it } from '@jest/globals'
import { parseKeyValueFile } from '../../src/commands/key-value-file.ts'

describe('parseKeyValueFile', () => {
  it.each([
    { text: '', pairs: [] },
    {
      text: 'a=1\n\nb=x=y\n',
      pairs: [
        ['a', '1'],
        ['b', 'x=y']
      ]
    },
    { text: 'a=', pairs: [['a', '']] },
    {
      text: 'a<<E\none\n\ntwo\nE\nb=2',
      pairs: [
        ['a', 'one\n\ntwo'],
        ['b', '2']
      ]
    },
    { text: 'a<<E\nE\n', pairs: [['a', '']] },
    { text: 'a<<=\nx\n=\n', pairs: [['a', 'x']] },
    { text: 'a=<<b\n', pairs: [['a', '<<b']] },
    { text: 'a=1\r\n', pairs: [['a', '1\r']] }
  ])('reads $text', ({ text, pairs }) => {
    expect(parseKeyValueFile(text)).toEqual(pairs)
  })

  it.each([
    { text: 'nonsense', says: "Invalid format 'nonsense'" },
    { text: '=x', says: "Invalid format '=x'. Name must not be empty" },
    { text: '<<E\nE', says: 'Name must not be empty and delimiter must not be empty' },
    { text: 'a<<\n', says: 'Name must not be empty and delimiter must not be empty' },
    { text: 'a<<E\nx', says: "Invalid value. Matching delimiter not found 'E'" }
  ])('refuses $text', ({ text, says }) => {
    expect(() => parseKeyValueFile(text)).toThrow(says)
  })
})
