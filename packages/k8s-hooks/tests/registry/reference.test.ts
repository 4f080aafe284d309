import { describe, expect, it } from '@jest/globals'
import { parseReference, printReference } from '../../src/registry/reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('parseReference', () => {
  it.each([
    { text: 'debian', reference: { registry: 'docker.io', repository: 'library/debian' } },
    { text: 'debian:12', reference: { registry: 'docker.io', repository: 'library/debian', tag: '12' } },
    { text: 'acme/tool', reference: { registry: 'docker.io', repository: 'acme/tool' } },
    { text: 'localhost/tool:1', reference: { registry: 'localhost', repository: 'tool', tag: '1' } },
    { text: 'host:5000/a/b:c', reference: { registry: 'host:5000', repository: 'a/b', tag: 'c' } },
    { text: `host:5000/a/b:c@${digest}`, reference: { registry: 'host:5000', repository: 'a/b', tag: 'c', digest } },
    { text: `ghcr.io/a@${digest}`, reference: { registry: 'ghcr.io', repository: 'a', digest } },
    { text: '[::1]:5000/a_b__c--d.e', reference: { registry: '[::1]:5000', repository: 'a_b__c--d.e' } }
  ])('reads $text', ({ text, reference }) => {
    expect(parseReference(text)).toEqual(reference)
  })

  it.each([
    '',
    'Upper/case',
    'a:',
    'a@sha256:1',
    `a@${digest}@${digest}`,
    'host:port/a',
    'a//b',
    'a:b:c',
    '../a',
    `a:${'t'.repeat(129)}`
  ])('refuses "%s"', text => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'IMAGE_NAME_INVALID' }))
  })

  it.each(['host:5000/a/b:c', `host:5000/a/b:c@${digest}`, `ghcr.io/a@${digest}`])('prints %s as it was', text => {
    expect(printReference(parseReference(text))).toBe(text)
  })
})
