import { describe, expect, it } from '@jest/globals'
import { credentialFor, parseDockerConfig } from '../../src/registry/docker-config.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const configOf = (auths: Record<string, unknown>): ReturnType<typeof parseDockerConfig> =>
  parseDockerConfig(JSON.stringify({ auths }))
const password = (username: string, secret: string): object => ({ kind: 'password', username, password: secret })

describe('parseDockerConfig', () => {
  it.each([
    {
      title: 'auth, with colons in the password',
      entry: { auth: base64('user:pa:ss') },
      expected: password('user', 'pa:ss')
    },
    {
      title: 'user name and password',
      entry: { username: 'user', password: 'secret' },
      expected: password('user', 'secret')
    },
    {
      title: 'an identity token',
      entry: { auth: base64('x:'), identitytoken: 'tok' },
      expected: { kind: 'identity-token', token: 'tok' }
    },
    {
      title: 'the user <token>',
      entry: { auth: base64('<token>:tok') },
      expected: { kind: 'identity-token', token: 'tok' }
    },
    { title: 'nothing', entry: {}, expected: undefined }
  ])('reads $title', ({ entry, expected }) => {
    expect(credentialFor(configOf({ 'registry.test': entry }), 'registry.test', 'a/b')).toEqual(expected)
  })

  it.each([
    { title: 'text', json: 'not json: s3cret' },
    { title: 'auths that are text', json: '{"auths":"s3cret"}' },
    { title: 'auth without a colon', json: JSON.stringify({ auths: { 'registry.test': { auth: base64('s3cret') } } }) }
  ])('refuses $title without showing it', ({ json }) => {
    expect(() => parseDockerConfig(json)).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_CREDENTIALS_INVALID',
        message: expect.not.stringContaining('s3cret')
      })
    )
  })

  it('finds no credentials in an empty configuration', () => {
    expect(credentialFor(parseDockerConfig('{}'), 'registry.test', 'a')).toBeUndefined()
  })
})

describe('credentialFor', () => {
  it.each([
    { keys: ['registry.test', 'registry.test/acme', 'registry.test/acme/tmp'], chosen: 'registry.test/acme/tmp' },
    { keys: ['registry.test', 'registry.test/acme', 'registry.test/acme/other'], chosen: 'registry.test/acme' },
    { keys: ['registry.test', 'registry.test/acm'], chosen: 'registry.test' },
    { keys: ['https://registry.test'], chosen: 'https://registry.test' },
    { keys: ['registry.test/v2/'], chosen: 'registry.test/v2/' },
    { keys: ['test', 'registry.test:5000', 'other.registry.test'], chosen: undefined }
  ])('chooses $chosen for registry.test/acme/tmp/x', ({ keys, chosen }) => {
    const config = configOf(Object.fromEntries(keys.map(key => [key, { username: key, password: '' }])))
    const credential = credentialFor(config, 'registry.test', 'acme/tmp/x')
    expect(credential).toEqual(chosen === undefined ? undefined : password(chosen, ''))
  })

  it.each(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'https://index.docker.io/v1/'])(
    'knows Docker Hub by the name %s',
    key => {
      const config = configOf({ [key]: { username: 'hub', password: '' } })
      expect(credentialFor(config, 'docker.io', 'acme/x')).toEqual(password('hub', ''))
    }
  )
})
