import { describe, expect, it } from '@jest/globals'
import { Masker } from '../../src/log/masker.ts'

const masked = (text: string, ...secrets: readonly string[]): string => {
  const masker = new Masker()
  for (const secret of secrets) masker.add(secret)
  return masker.mask(text)
}

describe('Masker', () => {
  it.each([
    { text: 'a s3cret b s3cret', secrets: ['s3cret'], expected: 'a *** b ***' },
    { text: 'S3CRET', secrets: ['s3cret'], expected: 'S3CRET' },
    { text: 'abcdef', secrets: ['abc', 'cde'], expected: '***f' },
    { text: 'abcdef', secrets: ['abc', 'def'], expected: '***' },
    { text: 'line two', secrets: ['line one\nline two'], expected: '***' },
    { text: 'nothing', secrets: ['', ' '], expected: 'nothing' },
    { text: 'a"b\\c', secrets: ['a"b\\c'], expected: '***' },
    { text: '{"x":"a\\"b\\\\c"}', secrets: ['a"b\\c'], expected: '{"x":"***"}' },
    { text: 'q=a%20b%26c', secrets: ['a b&c'], expected: 'q=***' },
    { text: 'x a b&amp;c', secrets: ['a b&c'], expected: 'x ***' },
    { text: "'it''s'", secrets: ["it's"], expected: "'***'" }
  ])('masks $secrets in $text', ({ text, secrets, expected }) => {
    expect(masked(text, ...secrets)).toBe(expected)
  })

  it.each(['', 'u', 'us', 'user:'])('masks a secret in base64 after %j', prefix => {
    const secret = 'correct horse battery'
    const encoded = Buffer.from(prefix + secret).toString('base64')
    expect(masked(encoded, secret)).toContain('***')
  })
})
