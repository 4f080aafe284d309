import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { contentKey, fileDigest } from '../../src/support/content-key.ts'

describe('contentKey', () => {
  it('does not depend on the order of the inputs', () => {
    expect(contentKey({ a: '1', b: '2' })).toBe(contentKey({ b: '2', a: '1' }))
  })

  it.each([
    { other: { a: '1', b: '3' } },
    { other: { a: '1', c: '2' } },
    { other: { a: '1' } },
    { other: { a: '1","b":"2' } }
  ])('is another for $other', ({ other }) => {
    expect(contentKey(other)).not.toBe(contentKey({ a: '1', b: '2' }))
  })

  it('can be part of a file name', () => {
    expect(contentKey({})).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('fileDigest', () => {
  it('is the SHA-256 of the content', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'digest-')), 'file')
    await writeFile(path, 'abc')
    await expect(fileDigest(path)).resolves.toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
