import { describe, expect, it } from '@jest/globals'
import { createImageCache, type FoundImage, type ImageCacheDeps } from '../../src/action-image/image-cache.ts'
import { printReference } from '../../src/registry/reference.ts'
import type { RegistryClient } from '../../src/registry/registry-client.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { registrySettings } from '../registry/registry-settings.ts'

const signal = AbortSignal.timeout(5000)
const [base, other, kept] = ['a', 'b', 'c'].map(digit => `sha256:${digit.repeat(64)}`)

interface Bench {
  readonly lines: readonly string[]
  readonly find: (changes?: Partial<ImageCacheDeps>, dockerfile?: string) => Promise<FoundImage | undefined>
}

function bench(answer: (name: string) => string | undefined): Bench {
  const logger = recordingLogger()
  const client: Pick<RegistryClient, 'resolveDigest'> = {
    resolveDigest: async reference => await Promise.resolve(answer(printReference(reference)))
  }
  const deps: ImageCacheDeps = {
    registry: registrySettings(),
    connect: () => Promise.resolve(client),
    maxAgeMs: 3_600_000,
    scope: 'octo/demo',
    logger,
    architecture: 'x64',
    nowMs: () => 0
  }
  return {
    lines: logger.lines,
    find: async (changes, dockerfile = 'FROM ghcr.io/acme/b') =>
      await createImageCache({ ...deps, ...changes }).find({ key: 'k', dockerfile }, signal)
  }
}

describe('createImageCache', () => {
  it('finds the image that was kept', async () => {
    const { find } = bench(name => (name.startsWith('ghcr.io/') ? base : kept))
    expect(await find()).toMatchObject({ digest: kept, reference: { repository: 'k8s-hooks-images/octo/demo' } })
  })

  it('says where an image is to be kept that is not there yet', async () => {
    const { find } = bench(name => (name.startsWith('ghcr.io/') ? base : undefined))
    expect(await find()).toMatchObject({ digest: undefined, reference: { tag: expect.stringContaining('until-') } })
  })

  it('looks for another image once a base image is another', async () => {
    const before = await bench(() => base).find()
    const after = await bench(() => other).find()
    expect(after?.reference.tag).not.toBe(before?.reference.tag)
  })

  it.each([
    {
      title: 'the repository',
      changes: { scope: undefined },
      reason: 'the runner does not name the repository of the workflow.'
    },
    { title: 'a base image', dockerfile: 'FROM $X', reason: 'the name of a base image is known to the builder only.' },
    { title: 'the registry of a base image', dockerfile: 'FROM B', reason: '"B" is not the name of an image.' }
  ])('keeps nothing where $title is unknown, and says so', async ({ changes, dockerfile, reason }) => {
    const { find, lines } = bench(() => base)
    expect(await find(changes, dockerfile)).toBeUndefined()
    expect(lines).toEqual([`info: The image is built for this job alone: ${reason}`])
  })

  it('keeps nothing where a registry does not answer', async () => {
    const { find, lines } = bench(() => {
      throw new RegistryError('network', 'ghcr.io does not answer: ECONNREFUSED.')
    })
    expect(await find()).toBeUndefined()
    expect(lines).toEqual(['info: The image is built for this job alone: ghcr.io does not answer: ECONNREFUSED.'])
  })

  it('hides no mistake', async () => {
    const { find } = bench(() => {
      throw new TypeError('a mistake')
    })
    await expect(find()).rejects.toThrow('a mistake')
  })
})
