import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { buildkitPodTemplate } from '../../src/builder/buildkit-pod-template.ts'
import { buildkitdToml } from '../../src/builder/buildkitd-toml.ts'
import type { BuildRequest } from '../../src/builder/builder.ts'
import type { PodTemplateOptions } from '../../src/builder/builder-kind.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'

function template(
  registry: Partial<RegistrySettings> = {},
  request: Partial<BuildRequest> = {},
  options: Partial<PodTemplateOptions> = {}
): ReturnType<typeof buildkitPodTemplate> {
  return buildkitPodTemplate(buildRequest(request), {
    builderImage: 'buildkit:1',
    runnerImage: 'runner:1',
    registry: registrySettings(registry),
    baseImageSecretName: undefined,
    ...options
  })
}

function container(...given: Parameters<typeof template>): V1Container {
  const found = template(...given).spec?.containers[0]
  if (found === undefined) throw new Error('no container')
  return found
}

const destination = `registry.test:5000/k8s-hooks/${handle}:${handle}`

describe('buildkitPodTemplate', () => {
  it('is an ordinary user who may make a user namespace, and has no more rights', () => {
    expect(container().securityContext).toEqual({
      runAsUser: 1000,
      runAsGroup: 1000,
      privileged: false,
      allowPrivilegeEscalation: true,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID'] },
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' }
    })
  })

  it('receives the context as the user who reads it', () => {
    expect(template().spec?.initContainers).toMatchObject([{ name: 'receive', securityContext: { runAsUser: 1000 } }])
  })

  it('has the context read-only and a volume for its layers', () => {
    expect(template().spec).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      volumes: [
        { name: 'context', emptyDir: {} },
        { name: 'storage', emptyDir: {} }
      ]
    })
    expect(container().volumeMounts).toEqual([
      { name: 'context', mountPath: '/context/source', subPath: 'source', readOnly: true },
      { name: 'storage', mountPath: '/home/user/.local/share/buildkit' }
    ])
  })

  it('passes every value as an argument of the script, never in it', () => {
    const [shell, flag, script, ...values] =
      container({ insecure: false }, { dockerfilePath: '$(reboot) Dockerfile' }).command ?? []
    expect([shell, flag]).toEqual(['sh', '-c'])
    expect(script).not.toContain('reboot')
    expect(script).not.toContain(handle)
    expect(values).toEqual([
      ...['sh', '', '1'],
      ...['--opt', 'filename=$(reboot) Dockerfile'],
      ...['--opt', 'cmdline=docker/dockerfile'],
      ...['--opt', `label:k8s-hooks.build=${handle}`],
      ...['--opt', 'label:quay.expires-after=5d'],
      ...['--output', `type=image,name=${destination},push=true`]
    ])
  })

  it('lets BuildKit fetch a frontend that is not its own', () => {
    expect(container({}, { foreignFrontend: true }).command).not.toContain('cmdline=docker/dockerfile')
  })

  it('pushes over plain http only where the registry is so', () => {
    expect(container({ insecure: true }).command?.at(-1)).toMatch(/,registry\.insecure=true$/)
    expect(container({ insecure: false }).command?.at(-1)).not.toContain('insecure')
  })

  describe('with credentials', () => {
    const registry = { secretName: 'registry-login', caSecretName: 'ca', insecure: false }
    const spec = template(registry).spec
    const [, build] = spec?.initContainers ?? []
    const [push, ...others] = spec?.containers ?? []
    const mountsOf = (found: V1Container | undefined): string[] =>
      found?.volumeMounts?.map(({ name, readOnly }) => `${name}${readOnly === true ? ' (read-only)' : ''}`) ?? []

    it('builds in an init container that has none of them, into an OCI layout', () => {
      expect(build?.name).toBe('build')
      expect(JSON.stringify(build)).not.toMatch(/registry-login|DOCKER_CONFIG/)
      expect(mountsOf(build)).toEqual(['context (read-only)', 'storage', 'out', 'registry-ca (read-only)'])
      expect(build?.command?.at(-1)).toBe('type=oci,tar=false,dest=/run/k8s-hooks/out/layout')
    })

    it('gives the container that builds those for base images alone, where there are such', () => {
      const [, pulling] = template(registry, {}, { baseImageSecretName: 'pull' }).spec?.initContainers ?? []
      expect(mountsOf(pulling)).toContain('base-image-credentials (read-only)')
      expect(mountsOf(pulling)).not.toContain('registry-credentials (read-only)')
      expect(pulling?.env).toContainEqual({ name: 'DOCKER_CONFIG', value: '/run/k8s-hooks/credentials' })
    })

    it('pushes that layout in a container that has them, and neither the context nor what the build has stored', () => {
      expect(others).toEqual([])
      expect(push?.name).toBe('push')
      expect(mountsOf(push)).toEqual([
        'push-storage',
        'out (read-only)',
        'registry-credentials (read-only)',
        'registry-ca (read-only)'
      ])
      expect(push?.env).toContainEqual({ name: 'DOCKER_CONFIG', value: '/run/k8s-hooks/credentials' })
      expect(push?.command?.slice(3)).toEqual(['sh', '--output', `type=image,name=${destination},push=true`])
    })
  })
})

describe('buildkitdToml', () => {
  const settings = { pushHost: 'registry.test:5000', insecure: true, caSecretName: undefined }

  it('allows plain http for the configured registry and no other', () => {
    expect(buildkitdToml({ ...settings, mirrors: ['registry.test:5000/hub', 'mirror.test'] })).toBe(
      `[worker.containerd]
enabled = false
[registry."docker.io"]
mirrors = ["registry.test:5000/hub","mirror.test"]
[registry."registry.test:5000"]
http = true
`
    )
  })

  it('trusts the certificate authority for the configured registry', () => {
    expect(buildkitdToml({ ...settings, insecure: false, caSecretName: 'ca', mirrors: [] })).toBe(
      `[worker.containerd]
enabled = false
[registry."registry.test:5000"]
ca = ["/run/k8s-hooks/ca/ca.crt"]
`
    )
  })

  it('names no registry when there is nothing to say about one', () => {
    expect(buildkitdToml({ ...settings, insecure: false, mirrors: [] })).toBe('[worker.containerd]\nenabled = false\n')
  })
})
