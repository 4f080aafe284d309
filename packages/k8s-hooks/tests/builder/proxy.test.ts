import { describe, expect, it } from '@jest/globals'
import type { V1Secret } from '@kubernetes/client-node'
import { buildahPodTemplate } from '../../src/builder/buildah-pod-template.ts'
import { buildkitPodTemplate } from '../../src/builder/buildkit-pod-template.ts'
import { kanikoPodTemplate } from '../../src/builder/kaniko-pod-template.ts'
import { proxyVariables } from '../../src/builder/proxy-variables.ts'
import { withProxyEnvironment, type ProxyEnvironmentOptions } from '../../src/builder/with-proxy-environment.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'
import { fakeBuilderDeps } from './fake-cluster.ts'

const signal = AbortSignal.timeout(20_000)
const https = 'http://ci:secret@proxy.test:3128'
const proxy = { https, http: undefined, exceptions: '.svc' }
const registry = registrySettings({ proxy })

describe('proxyVariables', () => {
  it('names the proxy in both spellings, and the registry without TLS among the exceptions', () => {
    expect(proxyVariables(registry)).toEqual({
      HTTPS_PROXY: https,
      https_proxy: https,
      NO_PROXY: '.svc,registry.test',
      no_proxy: '.svc,registry.test'
    })
  })

  it('leaves a registry with TLS to NO_PROXY as it is', () => {
    const settings = registrySettings({ insecure: false, proxy: { https: undefined, http: 'p:1', exceptions: '' } })
    expect(proxyVariables(settings)).toEqual({ HTTP_PROXY: 'p:1', http_proxy: 'p:1' })
  })

  it('are none without a proxy', () => {
    expect(proxyVariables(registrySettings())).toEqual({})
  })
})

describe.each([
  { builder: 'Kaniko', podTemplate: kanikoPodTemplate },
  { builder: 'Buildah', podTemplate: buildahPodTemplate },
  { builder: 'BuildKit', podTemplate: buildkitPodTemplate }
])('the pod of $builder behind a proxy', ({ podTemplate }) => {
  const proxyEnvironment = [{ name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'v0' } } }]
  const options = { builderImage: 'builder:1', runnerImage: 'runner:1', baseImageSecretName: undefined }

  it.each([undefined, 'push'])(
    'has it where registries are asked, and its address nowhere (Secret: %s)',
    secretName => {
      const settings = { ...registry, secretName }
      const { spec } = podTemplate(buildRequest(), { ...options, registry: settings, proxyEnvironment })
      const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
      const having = containers.filter(({ env }) => env?.some(({ name }) => name === 'HTTPS_PROXY') === true)
      expect(having.map(({ name }) => name)).toEqual(secretName === undefined ? ['build'] : ['build', 'push'])
      expect(JSON.stringify(spec)).not.toContain('proxy.test')
    }
  )
})

it('RUN of Kaniko has the proxy by build arguments whose values are in the environment', () => {
  const options = { builderImage: 'kaniko:1', runnerImage: 'runner:1', baseImageSecretName: undefined }
  const { spec } = kanikoPodTemplate(buildRequest(), { ...options, registry })
  expect(spec?.containers[0]?.args?.filter(argument => argument.startsWith('--build-arg'))).toEqual([
    '--build-arg=HTTPS_PROXY',
    '--build-arg=https_proxy',
    '--build-arg=NO_PROXY',
    '--build-arg=no_proxy'
  ])
})

describe('withProxyEnvironment', () => {
  const name = `runner-abc-proxy-${handle.slice(0, 8)}`
  const scene = (): { readonly options: ProxyEnvironmentOptions; readonly said: readonly string[] } => {
    const said: string[] = []
    const { deps } = fakeBuilderDeps({ pods: [] })
    const secrets = {
      ...deps.cluster.secrets,
      create: (secret: V1Secret) => {
        said.push(`create ${secret.metadata?.name ?? ''} ${Object.keys(secret.data ?? {}).length}`)
        return Promise.resolve(secret)
      },
      delete: (secretName: string) => Promise.resolve(void said.push(`delete ${secretName}`))
    }
    const cluster = { ...deps.cluster, secrets }
    return { options: { handle, registry, deps: { ...deps, cluster }, signal }, said }
  }

  it('keeps the address in a Secret for as long as the build takes', async () => {
    const { options, said } = scene()
    const names = await withProxyEnvironment(options, env => {
      expect(said).toEqual([`create ${name} 4`])
      return Promise.resolve(env.map(variable => [variable.name, variable.valueFrom?.secretKeyRef?.name]))
    })
    expect(names).toEqual(['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'].map(variable => [variable, name]))
    expect(said).toEqual([`create ${name} 4`, `delete ${name}`])
  })

  it('deletes it when the build fails', async () => {
    const { options, said } = scene()
    await expect(withProxyEnvironment(options, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(said).toEqual([`create ${name} 4`, `delete ${name}`])
  })

  it('makes none without a proxy', async () => {
    const { options, said } = scene()
    const without = { ...options, registry: registrySettings() }
    expect(await withProxyEnvironment(without, env => Promise.resolve(env))).toEqual([])
    expect(said).toEqual([])
  })
})
