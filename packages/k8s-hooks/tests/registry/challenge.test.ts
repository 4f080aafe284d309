import { describe, expect, it } from '@jest/globals'
import { parseChallenge, widenScope } from '../../src/registry/challenge.ts'

describe('parseChallenge', () => {
  it.each([
    {
      header: 'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:a/b:pull,push"',
      challenge: {
        scheme: 'bearer',
        realm: 'https://auth.test/token',
        service: 'registry.test',
        scope: 'repository:a/b:pull,push'
      }
    },
    {
      header: 'bearer Realm="https://auth.test/token"',
      challenge: { scheme: 'bearer', realm: 'https://auth.test/token', service: undefined, scope: undefined }
    },
    { header: 'Basic realm="ci"', challenge: { scheme: 'basic' } },
    { header: 'Bearer realm="nonsense"', challenge: undefined },
    { header: 'Negotiate', challenge: undefined },
    { header: undefined, challenge: undefined }
  ])('reads $header', ({ header, challenge }) => {
    expect(parseChallenge(header)).toEqual(challenge)
  })
})

describe('widenScope', () => {
  it.each([
    { asked: undefined, scope: 'repository:a/b:pull,delete' },
    { asked: 'repository:a/b:pull', scope: 'repository:a/b:pull,delete' },
    { asked: 'repository:a/b:*', scope: 'repository:a/b:pull,delete,*' },
    { asked: 'repository:other:pull', scope: 'repository:a/b:pull,delete' }
  ])('adds to $asked what is wanted', ({ asked, scope }) => {
    expect(widenScope(asked, 'a/b', ['pull', 'delete'])).toBe(scope)
  })
})
