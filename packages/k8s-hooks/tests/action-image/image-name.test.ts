import { describe, expect, it } from '@jest/globals'
import { pulledImage, pushedImage } from '../../src/action-image/image-name.ts'
import { parseReference, printReference } from '../../src/registry/reference.ts'
import { registrySettings } from '../registry/registry-settings.ts'

const handle = '11111111-2222-4333-8444-555555555555'
const digest = `sha256:${'a'.repeat(64)}`

describe('names of temporary images', () => {
  it.each([
    {
      title: 'a registry behind a node port',
      settings: { pushHost: 'registry.default.svc.cluster.local:5000', pullHost: 'localhost:30500', pathPrefix: '' },
      pushed: `registry.default.svc.cluster.local:5000/k8s-hooks/${handle}:${handle}`,
      pulled: `localhost:30500/k8s-hooks/${handle}@${digest}`
    },
    {
      title: 'a path in a hosted registry',
      settings: { pushHost: 'ghcr.io', pullHost: 'ghcr.io', pathPrefix: 'acme/tmp' },
      pushed: `ghcr.io/acme/tmp/k8s-hooks:${handle}`,
      pulled: `ghcr.io/acme/tmp/k8s-hooks@${digest}`
    },
    {
      title: 'an account on Docker Hub',
      settings: { pushHost: 'docker.io', pullHost: 'docker.io', pathPrefix: 'acme' },
      pushed: `docker.io/acme/k8s-hooks:${handle}`,
      pulled: `docker.io/acme/k8s-hooks@${digest}`
    },
    {
      title: 'a repository on Docker Hub, which has two levels',
      settings: { pushHost: 'docker.io', pullHost: 'docker.io', pathPrefix: 'acme/tmp' },
      pushed: `docker.io/acme/tmp:${handle}`,
      pulled: `docker.io/acme/tmp@${digest}`
    }
  ])('fit $title', ({ settings, pushed, pulled }) => {
    const registry = registrySettings(settings)
    expect(printReference(pushedImage(registry, handle))).toBe(pushed)
    expect(pulledImage(registry, handle, digest)).toBe(pulled)
    expect(parseReference(pushed)).toEqual(pushedImage(registry, handle))
  })

  it.each([
    {
      title: 'a host that is no host',
      settings: { pushHost: 'registry' },
      message: 'registry cannot be the host of an image name.'
    },
    {
      title: 'capitals in the path',
      settings: { pathPrefix: 'Acme' },
      message: /^"registry\.test:5000\/Acme\/k8s-hooks:.* is not the name of an image\.$/
    }
  ])('refuse $title', ({ settings, message }) => {
    expect(() => pushedImage(registrySettings(settings), handle)).toThrow(message)
  })
})
