import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { buildahPodTemplate } from '../../src/builder/buildah-pod-template.ts'
import { registriesConf } from '../../src/builder/buildah-registries-conf.ts'
import type { BuildRequest } from '../../src/builder/builder.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'

function template(
  registry: Partial<RegistrySettings> = {},
  request: Partial<BuildRequest> = {},
  baseImageSecretName?: string
): ReturnType<typeof buildahPodTemplate> {
  return buildahPodTemplate(buildRequest(request), {
    builderImage: 'buildah:1',
    runnerImage: 'runner:1',
    registry: registrySettings(registry),
    baseImageSecretName
  })
}

function container(...given: Parameters<typeof template>): V1Container {
  const found = template(...given).spec?.containers[0]
  if (found === undefined) throw new Error('no container')
  return found
}

describe('buildahPodTemplate', () => {
  it('takes the three capabilities of a user namespace and no seccomp profile', () => {
    expect(container().securityContext).toEqual({
      runAsUser: 0,
      runAsGroup: 0,
      privileged: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID', 'SETFCAP'] },
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' }
    })
  })

  it('has the context read-only and a volume for its layers', () => {
    expect(template().spec).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      initContainers: [{ name: 'receive', image: 'runner:1' }],
      volumes: [
        { name: 'context', emptyDir: {} },
        { name: 'storage', emptyDir: {} }
      ]
    })
    expect(container().volumeMounts).toEqual([
      { name: 'context', mountPath: '/context/source', subPath: 'source', readOnly: true },
      { name: 'storage', mountPath: '/var/lib/containers' }
    ])
  })

  it('passes every value as an argument of the script, never in it', () => {
    const request = { dockerfilePath: '$(reboot) Dockerfile', ignoreFilePath: '"; reboot' }
    const [shell, flag, script, ...values] = container({}, request).command ?? []
    expect([shell, flag]).toEqual(['sh', '-c'])
    expect(script).not.toContain('reboot')
    expect(script).not.toContain(handle)
    expect(values).toEqual([
      'sh',
      `registry.test:5000/k8s-hooks/${handle}:${handle}`,
      'registry.test:5000',
      '/context/source/$(reboot) Dockerfile',
      '/context/source/"; reboot',
      `k8s-hooks.build=${handle}`
    ])
  })

  it('ignores nothing a second time when there is no ignore file', () => {
    expect(container().command?.[7]).toBe('/dev/null')
  })

  describe('with credentials', () => {
    const spec = template({ secretName: 'registry-login', caSecretName: 'ca', insecure: false }).spec
    const [, build] = spec?.initContainers ?? []
    const [push, ...others] = spec?.containers ?? []
    const mountsOf = (found: V1Container | undefined): string[] =>
      found?.volumeMounts?.map(({ name, readOnly }) => `${name}${readOnly === true ? ' (read-only)' : ''}`) ?? []

    it('builds in an init container that has none of them, into an archive', () => {
      expect(build?.name).toBe('build')
      expect(JSON.stringify(build)).not.toMatch(/registry-login|REGISTRY_AUTH_FILE/)
      expect(mountsOf(build)).toEqual(['context (read-only)', 'storage', 'out', 'registry-ca (read-only)'])
      expect(build?.command?.[2]).toContain('docker-archive:/run/k8s-hooks/out/image.tar')
      expect(build?.command?.[2]).not.toContain('--digestfile')
    })

    it('gives the container that builds those for base images alone, where there are such', () => {
      const { initContainers = [], volumes } = { ...template({ secretName: 'registry-login' }, {}, 'pull').spec }
      expect(mountsOf(initContainers[1])).toEqual([
        'context (read-only)',
        'storage',
        'out',
        'base-image-credentials (read-only)'
      ])
      expect(initContainers[1]?.env).toContainEqual({
        name: 'REGISTRY_AUTH_FILE',
        value: '/run/k8s-hooks/credentials/config.json'
      })
      expect(volumes).toContainEqual({
        name: 'base-image-credentials',
        secret: { secretName: 'pull', items: [{ key: '.dockerconfigjson', path: 'config.json' }] }
      })
    })

    it('pushes that archive in a container that has them, and storage of its own', () => {
      expect(others).toEqual([])
      expect(push?.name).toBe('push')
      expect(mountsOf(push)).toEqual([
        'push-storage',
        'out (read-only)',
        'registry-credentials (read-only)',
        'registry-ca (read-only)'
      ])
      expect(push?.env).toContainEqual({
        name: 'REGISTRY_AUTH_FILE',
        value: '/run/k8s-hooks/credentials/config.json'
      })
      expect(push?.command?.slice(3)).toEqual([
        'sh',
        `registry.test:5000/k8s-hooks/${handle}:${handle}`,
        'registry.test:5000'
      ])
      expect(push?.securityContext).toEqual(container().securityContext)
    })
  })
})

describe('registriesConf', () => {
  it('allows plain http for the configured registry and the mirrors on it, and no other', () => {
    const settings = {
      pushHost: 'registry.test:5000',
      insecure: true,
      mirrors: ['registry.test:5000/hub', 'mirror.test']
    }
    expect(registriesConf(settings)).toBe(
      `unqualified-search-registries = ["docker.io"]
short-name-mode = "permissive"
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "registry.test:5000/hub"
insecure = true
[[registry.mirror]]
location = "mirror.test"
insecure = false
[[registry]]
location = "registry.test:5000"
insecure = true
`
    )
  })

  it('names no registry when there is nothing to say about one', () => {
    const text = registriesConf({ pushHost: 'registry.test', insecure: false, mirrors: [] })
    expect(text).toBe('unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n')
  })
})
