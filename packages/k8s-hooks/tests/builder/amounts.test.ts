import { describe, expect, it } from '@jest/globals'
import { bytesInWords, durationInWords } from '../../src/builder/amounts.ts'

describe('amounts in words', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [123_456, '123 kB'],
    [1_500_000, '1.5 MB'],
    [3_000_000_000, '3.0 GB'],
    [5e15, '5000000 GB']
  ])('%d bytes are %s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words)
  })

  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [99_900, '99.9 s'],
    [125_000, '2 min 05 s']
  ])('%d ms are %s', (durationMs, words) => {
    expect(durationInWords(durationMs)).toBe(words)
  })
})
