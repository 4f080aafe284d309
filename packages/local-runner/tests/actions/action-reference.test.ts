import { describe, expect, it } from '@jest/globals'
import { describeReference, parseActionReference } from '../../src/actions/action-reference.ts'
import { isDockerfile } from '../../src/actions/dockerfile-name.ts'

const self = { repository: 'octo/demo', sha: 'abc' }

describe('parseActionReference', () => {
  it.each([
    { uses: 'docker://alpine:3', reference: { kind: 'docker', image: 'alpine:3' }, text: 'docker://alpine:3' },
    { uses: './a/b', reference: { kind: 'local', path: './a/b' }, text: './a/b' },
    { uses: './', reference: { kind: 'local', path: './' }, text: './' },
    {
      uses: 'o/r@v1',
      reference: { kind: 'remote', repository: 'o/r', path: '', ref: 'v1' },
      text: 'o/r@v1'
    },
    {
      uses: 'o/r/a/b@releases/v1',
      reference: { kind: 'remote', repository: 'o/r', path: 'a/b', ref: 'releases/v1' },
      text: 'o/r/a/b@releases/v1'
    },
    {
      uses: '$/a',
      reference: { kind: 'remote', repository: 'octo/demo', path: 'a', ref: 'abc' },
      text: 'octo/demo/a@abc'
    }
  ] as const)('reads $uses', ({ uses, reference, text }) => {
    expect(parseActionReference(uses, self)).toEqual(reference)
    expect(describeReference(reference)).toBe(text)
  })

  it.each(['o/r', 'r@v1', '@v1', 'o/r@'])('refuses %s', uses => {
    expect(() => parseActionReference(uses, self)).toThrow(`'${uses}' is no action`)
  })
})

describe('isDockerfile', () => {
  it.each([
    { image: 'Dockerfile', is: true },
    { image: 'a/dockerfile', is: true },
    { image: 'docker/Dockerfile.prod', is: true },
    { image: 'foo/my-dockerfile', is: true },
    { image: 'Dockerfile/x', is: false },
    { image: 'alpine', is: false }
  ])('$image: $is', ({ image, is }) => {
    expect(isDockerfile(image)).toBe(is)
  })
})
