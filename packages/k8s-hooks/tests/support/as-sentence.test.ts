import { describe, expect, it } from '@jest/globals'
import { asSentence } from '../../src/support/as-sentence.ts'

describe('asSentence', () => {
  it.each([
    { text: 'not found', sentence: 'not found.' },
    { text: 'Insufficient cpu.', sentence: 'Insufficient cpu.' },
    { text: 'Is it there?', sentence: 'Is it there?' },
    { text: 'end of line.\n', sentence: 'end of line.\n' }
  ])('is "$sentence" for "$text"', ({ text, sentence }) => {
    expect(asSentence(text)).toBe(sentence)
  })
})
