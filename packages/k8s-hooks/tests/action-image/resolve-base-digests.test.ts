import { describe, expect, it } from '@jest/globals'
import { resolveBaseDigests } from '../../src/action-image/resolve-base-digests.ts'
import { printReference } from '../../src/registry/reference.ts'
import type { RegistryClient } from '../../src/registry/registry-client.ts'
import { RegistryError } from '../../src/registry/registry-error.ts'

const signal = AbortSignal.timeout(5000)
const digest = `sha256:${'a'.repeat(64)}`
const down = new RegistryError('network', 'mirror.test does not answer: ECONNREFUSED.')

/** Knows the digest, or the failure, of some references; everything else is not there. */
function client(known: Readonly<Record<string, string | Error>>): Pick<RegistryClient, 'resolveDigest'> & {
  readonly asked: readonly string[]
} {
  const asked: string[] = []
  return {
    asked,
    resolveDigest: reference => {
      const name = printReference(reference)
      asked.push(name)
      const answer = known[name]
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    }
  }
}

const mirrors = ['mirror.test/hub', 'second.test']

describe('resolveBaseDigests', () => {
  it('asks the registry of an image', async () => {
    const { asked, ...rest } = client({ 'ghcr.io/acme/b:1': digest })
    expect(await resolveBaseDigests(['ghcr.io/acme/b:1'], { client: rest, mirrors }, signal)).toEqual([
      `ghcr.io/acme/b:1@${digest}`
    ])
    expect(asked).toEqual(['ghcr.io/acme/b:1'])
  })

  it('asks the mirrors of Docker Hub before it', async () => {
    const { asked, ...rest } = client({ 'mirror.test/hub/library/b:1': down, 'docker.io/library/b:1': digest })
    expect(await resolveBaseDigests(['b:1'], { client: rest, mirrors }, signal)).toEqual([
      `docker.io/library/b:1@${digest}`
    ])
    expect(asked).toEqual(['mirror.test/hub/library/b:1', 'second.test/library/b:1', 'docker.io/library/b:1'])
  })

  it('asks nobody for what has a digest', async () => {
    const { asked, ...rest } = client({})
    const name = `ghcr.io/acme/b@${digest}`
    expect(await resolveBaseDigests([name], { client: rest, mirrors }, signal)).toEqual([name])
    expect(asked).toEqual([])
  })

  it.each([
    { known: {}, message: 'There is no image b:1.' },
    { known: { 'mirror.test/hub/library/b:1': down }, message: down.message }
  ])('fails where nobody has the image: $message', async ({ known, message }) => {
    await expect(resolveBaseDigests(['b:1'], { client: client(known), mirrors }, signal)).rejects.toThrow(message)
  })

  it('hides no failure of another kind', async () => {
    const known = { 'mirror.test/hub/library/b:1': new TypeError('a mistake') }
    await expect(resolveBaseDigests(['b:1'], { client: client(known), mirrors }, signal)).rejects.toThrow('a mistake')
  })
})
