import { describe, expect, it } from '@jest/globals'
import { keptImage, type KeptContent } from '../../src/action-image/kept-image.ts'
import { registrySettings } from '../registry/registry-settings.ts'

const hour = 3_600_000
const maxAgeMs = 24 * hour
const nowMs = Date.parse('2026-11-22T12:00:00Z')
const content: KeptContent = {
  key: 'k',
  scope: 'octo/demo',
  architecture: 'x64',
  bases: ['docker.io/library/b@sha256:1']
}
const tagOf = (changes: Partial<KeptContent> = {}, atMs = nowMs): string | undefined =>
  keptImage(registrySettings(), { ...content, ...changes }, { nowMs: atMs, maxAgeMs }).reference.tag

describe('keptImage', () => {
  it('lies in the repository of its scope, under a tag that says until when', () => {
    const { reference, expiresAt } = keptImage(registrySettings(), content, { nowMs, maxAgeMs })
    expect(reference).toEqual({
      registry: 'registry.test:5000',
      repository: 'k8s-hooks-images/octo/demo',
      tag: expect.stringMatching(/^until-2026112[23]T\d{6}Z-[0-9a-f]{64}$/)
    })
    expect(expiresAt.getTime()).toBeGreaterThan(nowMs)
    expect(expiresAt.getTime()).toBeLessThanOrEqual(nowMs + maxAgeMs)
    expect(reference.tag).toContain(expiresAt.toISOString().slice(11, 13))
  })

  it('has the same name until then, and another one from then on', () => {
    const { expiresAt } = keptImage(registrySettings(), content, { nowMs, maxAgeMs })
    const endMs = expiresAt.getTime()
    expect(tagOf({}, endMs - maxAgeMs)).toBe(tagOf())
    expect(tagOf({}, endMs - 1)).toBe(tagOf())
    expect(tagOf({}, endMs)).not.toBe(tagOf())
    expect(tagOf({}, endMs - maxAgeMs - 1)).not.toBe(tagOf())
  })

  it.each([
    { key: 'l' },
    { scope: 'octo/other' },
    { architecture: 'arm64' },
    { bases: [] },
    { bases: ['docker.io/library/b@sha256:2'] }
  ])('has another name with %j', change => {
    expect(tagOf(change)?.slice(-64)).not.toBe(tagOf()?.slice(-64))
  })

  it.each([
    { pushHost: 'ghcr.io', pathPrefix: 'acme/tmp', repository: 'acme/tmp/k8s-hooks-images/octo/demo' },
    { pushHost: 'docker.io', pathPrefix: 'acme', repository: 'acme/k8s-hooks-images' },
    { pushHost: 'docker.io', pathPrefix: 'acme/tmp', repository: 'acme/tmp' }
  ])('lies in $repository of $pushHost/$pathPrefix', ({ pushHost, pathPrefix, repository }) => {
    const settings = registrySettings({ pushHost, pathPrefix })
    expect(keptImage(settings, content, { nowMs, maxAgeMs }).reference.repository).toBe(repository)
  })
})
