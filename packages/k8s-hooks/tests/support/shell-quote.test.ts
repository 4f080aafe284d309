import { describe, expect, it } from '@jest/globals'
import { shellQuote } from '../../src/support/shell-quote.ts'

describe('shellQuote', () => {
  it.each([
    { text: '', word: "''" },
    { text: 'plain', word: "'plain'" },
    { text: "it's", word: "'it'\\''s'" },
    { text: '$(id) `id` "x" \\ \n', word: '\'$(id) `id` "x" \\ \n\'' }
  ])('makes $word of $text', ({ text, word }) => {
    expect(shellQuote(text)).toBe(word)
  })
})
