import { describe, expect, it } from '@jest/globals'
import { dnsLabel, labelValue, objectName } from '../../src/kubernetes/object-name.ts'

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const long = 'a-very-long-scale-set-name-of-a-very-large-organisation-x7k2p'

describe('objectName', () => {
  it('is base and suffix where they fit', () => {
    expect(objectName('runner-x7k2p', 'workflow')).toBe('runner-x7k2p-workflow')
  })

  it.each([
    { base: long, suffix: 'workflow' },
    { base: `${long}${long}${long}`, suffix: 'workflow' },
    { base: 'runner', suffix: `env-${long}` },
    { base: long, suffix: `env-${long}` },
    { base: 'runner.with.dots', suffix: 'workflow' },
    { base: 'Runner', suffix: 'workflow' },
    { base: '---', suffix: '...' }
  ])('is a DNS label for $base and $suffix', ({ base, suffix }) => {
    const name = objectName(base, suffix)
    expect(name).toMatch(label)
    expect(name.length).toBeLessThanOrEqual(63)
  })

  it.each<{ one: [string, string]; other: [string, string] }>([
    { one: [`${long}-1`, 'workflow'], other: [`${long}-2`, 'workflow'] },
    { one: ['a.b', 'workflow'], other: ['a-b', 'workflow'] },
    { one: ['runner', `env-${long}-1`], other: ['runner', `env-${long}-2`] },
    { one: [long, 'env'], other: [long, 'pull'] }
  ])('tells $one from $other', ({ one, other }) => {
    expect(objectName(...one)).not.toBe(objectName(...other))
  })

  it('keeps the suffix readable where the base is too long', () => {
    expect(objectName(long, 'workflow')).toMatch(/^a-very-long-.*-[0-9a-f]{8}-workflow$/)
  })
})

describe('dnsLabel', () => {
  it.each([
    { text: 'redis', name: 'redis' },
    { text: 'My_Image.v2', name: 'my-image-v2' },
    { text: '-x-', name: 'x' },
    { text: '___', name: 'x' },
    { text: '', name: 'x' },
    { text: `${'a'.repeat(62)}-b`, name: 'a'.repeat(62) }
  ])('makes $name of "$text"', ({ text, name }) => {
    expect(dnsLabel(text)).toBe(name)
  })
})

describe('labelValue', () => {
  it.each([
    { text: 'runner-x7k2p', value: 'runner-x7k2p' },
    { text: 'octo/demo', value: 'octo-demo' },
    { text: 'Build (ubuntu, 22.04)', value: 'Build-ubuntu-22.04' },
    { text: '___', value: '' },
    { text: '', value: '' }
  ])('makes "$value" of "$text"', ({ text, value }) => {
    expect(labelValue(text)).toBe(value)
  })

  it('tells two long texts apart that begin in the same way', () => {
    const values = ['1', '2'].map(end => labelValue(`${'r'.repeat(70)}${end}`))
    expect(values[0]).not.toBe(values[1])
    for (const value of values) expect(value).toMatch(/^r+-[0-9a-f]{8}$/)
    expect(values.map(value => value.length)).toEqual([63, 63])
  })
})
