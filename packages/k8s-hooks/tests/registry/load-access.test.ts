import { describe, expect, it } from '@jest/globals'
import type { V1Secret } from '@kubernetes/client-node'
import { loadRegistryAccess } from '../../src/registry/load-access.ts'
import { registrySettings } from './registry-settings.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const dockerConfig = base64(JSON.stringify({ auths: { 'registry.test:5000': { username: 'u', password: 'p' } } }))
const signal = AbortSignal.timeout(5000)

const secretsWith = (
  all: Readonly<Record<string, Record<string, string>>>
): { get: (name: string) => Promise<V1Secret | undefined> } => ({
  get: name => Promise.resolve(all[name] === undefined ? undefined : { data: all[name] })
})

describe('loadRegistryAccess', () => {
  it('asks for no Secret when none is configured', async () => {
    const secrets = { get: () => Promise.reject(new Error('Unexpected call to secrets.get')) }
    expect(await loadRegistryAccess(registrySettings(), secrets, signal)).toEqual({
      insecureHost: 'registry.test:5000',
      credentials: new Map(),
      ca: undefined
    })
  })

  it('reads credentials and certificate authority', async () => {
    const secrets = secretsWith({ push: { '.dockerconfigjson': dockerConfig }, ca: { 'ca.crt': base64('PEM') } })
    const settings = registrySettings({ secretName: 'push', caSecretName: 'ca', insecure: false })
    expect(await loadRegistryAccess(settings, secrets, signal)).toEqual({
      insecureHost: undefined,
      credentials: new Map([['registry.test:5000', { kind: 'password', username: 'u', password: 'p' }]]),
      ca: 'PEM'
    })
  })

  it('knows what base images are pulled with, too; the own Secret of the registry counts', async () => {
    const auths = { 'registry.test:5000': { username: 'reader' }, 'bases.test': { username: 'reader' } }
    const bases = { '.dockerconfigjson': base64(JSON.stringify({ auths })) }
    const secrets = secretsWith({ push: { '.dockerconfigjson': dockerConfig }, bases })
    const settings = registrySettings({ secretName: 'push' })
    const { credentials } = await loadRegistryAccess(settings, secrets, signal, 'bases')
    expect(credentials.get('registry.test:5000')).toMatchObject({ username: 'u' })
    expect(credentials.get('bases.test')).toMatchObject({ username: 'reader' })
  })

  it.each([
    { title: 'is not there', secrets: secretsWith({}), message: 'The Secret push does not exist.' },
    {
      title: 'is of another type',
      secrets: secretsWith({ push: { password: 'cA==' } }),
      message: 'The Secret push has no key .dockerconfigjson.'
    }
  ])('names the variable when the Secret $title', async ({ secrets, message }) => {
    const access = loadRegistryAccess(registrySettings({ secretName: 'push' }), secrets, signal)
    await expect(access).rejects.toMatchObject({
      code: 'REGISTRY_SECRET_MISSING',
      message,
      hint: expect.stringContaining('ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME')
    })
  })
})
