import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { kanikoPodTemplate } from '../../src/builder/kaniko-pod-template.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'

const image = `ghcr.io/osscontainertools/kaniko:v1.28.3@sha256:${'b'.repeat(64)}`

function template(
  registry: Partial<RegistrySettings> = {},
  builderImage = image
): ReturnType<typeof kanikoPodTemplate> {
  return kanikoPodTemplate(buildRequest({ dockerfilePath: 'docker file' }), {
    builderImage,
    runnerImage: 'runner:1',
    registry: registrySettings(registry)
  })
}

function container(registry: Partial<RegistrySettings> = {}, builderImage = image): V1Container {
  const found = template(registry, builderImage).spec?.containers[0]
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
            command: ['sh', '-c', 'until [ -e /context/done ]; do sleep 0.05; done; sleep 0.3'],
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
      '--compressed-caching=false',
      '--snapshot-mode=redo',
      '--image-download-retry=3',
      '--image-fs-extract-retry=2',
      '--push-retry=3',
      '--log-format=json',
      '--verbosity=info',
      `--label=k8s-hooks.build=${handle}`,
      '--label=quay.expires-after=5d',
      '--ignore-path=/product_uuid',
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

  it('mounts credentials and certificate authority, and pulls its image with the same credentials', () => {
    const settings = { secretName: 'push', caSecretName: 'ca', insecure: false }
    expect(template(settings).spec).toMatchObject({
      imagePullSecrets: [{ name: 'push' }],
      volumes: [
        { name: 'context', emptyDir: {} },
        {
          name: 'registry-credentials',
          secret: { secretName: 'push', items: [{ key: '.dockerconfigjson', path: 'config.json' }] }
        },
        { name: 'registry-ca', secret: { secretName: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }
      ]
    })
    expect(container(settings).volumeMounts?.slice(1)).toEqual([
      { name: 'registry-credentials', mountPath: '/kaniko/.docker', readOnly: true },
      { name: 'registry-ca', mountPath: '/kaniko/registry-ca', readOnly: true }
    ])
    expect(container(settings).args).toContain('--registry-certificate=registry.test:5000=/kaniko/registry-ca/ca.crt')
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
