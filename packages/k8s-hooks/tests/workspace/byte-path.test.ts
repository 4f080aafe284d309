import { describe, expect, it } from '@jest/globals'
import { isBytePath } from '../../src/workspace/byte-path.ts'

describe('isBytePath', () => {
  it.each(['a', '...', '..a', 'a..', '.git/config', 'a b/\n', 'caf\xc3\xa9', 'a/b/c', 'x'.repeat(4096)])(
    'takes %j',
    path => {
      expect(isBytePath(path)).toBe(true)
    }
  )

  it.each([
    '',
    '.',
    '..',
    '/',
    '/a',
    'a/',
    'a//b',
    './a',
    'a/./b',
    '../a',
    'a/..',
    'a/../b',
    'a\0',
    'é€',
    'x'.repeat(4097)
  ])('refuses %j', path => {
    expect(isBytePath(path)).toBe(false)
  })

  it.each([undefined, null, 1, ['a'], {}])('refuses %j, which is no text', value => {
    expect(isBytePath(value)).toBe(false)
  })
})
