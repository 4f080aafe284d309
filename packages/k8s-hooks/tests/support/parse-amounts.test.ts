import { describe, expect, it } from '@jest/globals'
import { parseBytes } from '../../src/support/parse-bytes.ts'
import { parseCpus } from '../../src/support/parse-cpus.ts'

describe('parseBytes', () => {
  it.each([
    ['1024', 1024],
    ['100b', 100],
    ['64k', 64 * 1024],
    ['1.5g', 1.5 * 2 ** 30],
    ['2GB', 2 ** 31],
    [' 2 GiB ', 2 ** 31],
    ['1t', 2 ** 40]
  ])('of %j is %d', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes)
  })

  it.each(['', 'much', '1x', '-1', '0', '0.1', '1e3', '99999999p'])('of %j is nothing', text => {
    expect(parseBytes(text)).toBeUndefined()
  })
})

describe('parseCpus', () => {
  it.each([
    ['2', 2],
    ['1.5', 1.5],
    ['.25', 0.25],
    ['0.0014', 0.001]
  ])('of %j is %d', (text, cpus) => {
    expect(parseCpus(text)).toBe(cpus)
  })

  it.each(['', 'abc', '-1', '0', '0.0001', '1e3', 'Infinity', '500m'])('of %j is nothing', text => {
    expect(parseCpus(text)).toBeUndefined()
  })
})
