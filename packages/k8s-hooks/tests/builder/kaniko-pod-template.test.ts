import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { kanikoPodTemplate } from '../../src/builder/kaniko-pod-template.ts'
import type { PodTemplateOptions } from '../../src/builder/builder-kind.ts'
import { waitCommand } from '../../src/builder/receive-container.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'

const image = `ghcr.io/osscontainertools/kaniko:v1.28.3@sha256:${'b'.repeat(64)}`

function template(
  registry: Partial<RegistrySettings> = {},
  options: Partial<PodTemplateOptions> = {}
): ReturnType<typeof kanikoPodTemplate> {
  return kanikoPodTemplate(buildRequest({ dockerfilePath: 'docker file' }), {
    builderImage: image,
    runnerImage: 'runner:1',
    registry: registrySettings(registry),
    baseImageSecretName: undefined,
    ...options
  })
}

function container(registry: Partial<RegistrySettings> = {}, builderImage = image): V1Container {
  const found = template(registry, { builderImage }).spec?.containers[0]
  if (found === undefined) throw new Error('no container')
  return found
}

describe('kanikoPodTemplate', () => {
  it('is admitted under Pod Security "baseline"', () => {
    expect(template()).toEqual({
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
        initContainers: [
          {
            name: 'receive',
            image: 'runner:1',
            command: waitCommand({ pushHost: 'registry.test:5000', insecure: true }),
            securityContext: { runAsUser: 0, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'context', mountPath: '/context' }]
          }
        ],
        containers: [
          {
            name: 'build',
            image,
            args: expect.any(Array),
            env: expect.any(Array),
            terminationMessagePolicy: 'FallbackToLogsOnError',
            securityContext: {
              privileged: false,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'], add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'SETFCAP'] }
            },
            resources: {
              requests: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '2Gi' },
              limits: { memory: '2Gi', 'ephemeral-storage': '20Gi' }
            },
            volumeMounts: [{ name: 'context', mountPath: '/kaniko/buildcontext', subPath: 'source', readOnly: true }]
          }
        ],
        volumes: [{ name: 'context', emptyDir: {} }]
      }
    })
  })

  it('passes the arguments of one build', () => {
    expect(container().args).toEqual([
      '--context=dir:///kaniko/buildcontext',
      '--dockerfile=/kaniko/buildcontext/docker file',
      `--destination=registry.test:5000/k8s-hooks/${handle}:${handle}`,
      '--digest-file=/dev/termination-log',
      '--push-retry=3',
      '--skip-push-permission-check',
      '--compressed-caching=false',
      '--snapshot-mode=redo',
      '--image-download-retry=3',
      '--image-fs-extract-retry=2',
      '--log-format=json',
      '--verbosity=info',
      `--label=k8s-hooks.build=${handle}`,
      '--label=quay.expires-after=5d',
      '--ignore-path=/product_uuid',
      '--ignore-var-run=false',
      '--force',
      '--insecure-registry=registry.test:5000'
    ])
  })

  it('allows plain http for no registry but the one that is configured so', () => {
    const secure = container({ insecure: false, mirrors: ['mirror.test/dockerhub', 'registry.test:5000/hub'] }).args
    expect(secure?.filter(argument => argument.includes('insecure'))).toEqual([])
    expect(secure?.slice(-2)).toEqual([
      '--registry-mirror=mirror.test/dockerhub',
      '--registry-mirror=registry.test:5000/hub'
    ])
  })

  describe('with credentials', () => {
    const settings = { secretName: 'registry-login', caSecretName: 'ca', insecure: false }
    const spec = template(settings).spec
    const [, build] = spec?.initContainers ?? []
    const [push, ...others] = spec?.containers ?? []

    it('builds in an init container that has none of them, into an archive', () => {
      expect(build?.name).toBe('build')
      expect(JSON.stringify(build)).not.toContain('registry-login')
      expect(build?.volumeMounts).toEqual([
        { name: 'context', mountPath: '/kaniko/buildcontext', subPath: 'source', readOnly: true },
        { name: 'out', mountPath: '/kaniko/out' },
        { name: 'registry-ca', mountPath: '/kaniko/registry-ca', readOnly: true }
      ])
      expect(build?.args).toEqual(expect.arrayContaining(['--no-push', '--tar-path=/kaniko/out/image.tar']))
      expect(build?.args?.filter(argument => /digest|push-retry/.test(argument))).toEqual([])
      expect(build?.securityContext).toEqual(container().securityContext)
    })

    it('pushes that archive in a container that has them and nothing else, as Pod Security "restricted" asks', () => {
      expect(others).toEqual([])
      expect(push).toEqual({
        name: 'push',
        image,
        args: [
          'push',
          '/kaniko/out/image.tar',
          `--destination=registry.test:5000/k8s-hooks/${handle}:${handle}`,
          '--push-retry=3',
          '--skip-push-permission-check',
          '--log-format=json',
          '--verbosity=info',
          '--registry-certificate=registry.test:5000=/kaniko/registry-ca/ca.crt'
        ],
        env: [
          { name: 'DOCKER_CONFIG', value: '/kaniko/.docker' },
          { name: 'FF_KANIKO_PATH_SCOPED_REGISTRY_AUTH', value: 'true' }
        ],
        terminationMessagePolicy: 'FallbackToLogsOnError',
        securityContext: {
          runAsUser: 1000,
          runAsGroup: 1000,
          runAsNonRoot: true,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] }
        },
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '1Gi' } },
        volumeMounts: [
          { name: 'out', mountPath: '/kaniko/out', readOnly: true },
          { name: 'registry-credentials', mountPath: '/kaniko/.docker', readOnly: true },
          { name: 'registry-ca', mountPath: '/kaniko/registry-ca', readOnly: true }
        ]
      })
    })

    it('gives the container that builds those for base images alone, where there are such', () => {
      const {
        initContainers = [],
        containers = [],
        volumes
      } = { ...template(settings, { baseImageSecretName: 'pull' }).spec }
      expect(initContainers[1]?.volumeMounts?.slice(2)).toEqual([
        { name: 'base-image-credentials', mountPath: '/kaniko/.docker', readOnly: true },
        { name: 'registry-ca', mountPath: '/kaniko/registry-ca', readOnly: true }
      ])
      expect(containers[0]?.volumeMounts?.map(({ name }) => name)).toEqual([
        'out',
        'registry-credentials',
        'registry-ca'
      ])
      expect(volumes?.filter(({ secret }) => secret !== undefined)).toEqual([
        {
          name: 'registry-credentials',
          secret: { secretName: 'registry-login', items: [{ key: '.dockerconfigjson', path: 'config.json' }] }
        },
        { name: 'registry-ca', secret: { secretName: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          name: 'base-image-credentials',
          secret: { secretName: 'pull', items: [{ key: '.dockerconfigjson', path: 'config.json' }] }
        }
      ])
    })

    it('lets the kubelet pull the image of the builder with them', () => {
      expect(spec?.imagePullSecrets).toEqual([{ name: 'registry-login' }])
    })
  })

  it.each([
    { builderImage: image, hasTini: true },
    { builderImage: 'mirror.test:5000/kaniko:v1.28.3-debug', hasTini: true },
    { builderImage: 'mirror.test:5000/kaniko:v1.28.3-slim', hasTini: false },
    { builderImage: `mirror.test/kaniko:v1.28.3-slim@sha256:${'b'.repeat(64)}`, hasTini: false }
  ])('uses tini in $builderImage: $hasTini', ({ builderImage, hasTini }) => {
    const names = container({}, builderImage).env?.map(({ name }) => name) ?? []
    expect(names.includes('FF_KANIKO_RUN_VIA_TINI')).toBe(hasTini)
    expect(names).toContain('FF_KANIKO_COPY_AS_ROOT')
  })
})
