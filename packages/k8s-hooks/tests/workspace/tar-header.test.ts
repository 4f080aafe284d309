import { describe, expect, it } from '@jest/globals'
import { extract } from 'tar-stream'
import { tarEntryOf, hardLinkTargetOf } from '../../src/workspace/tar-entry.ts'
import { paddingOf, tarEnd, tarHeaderOf } from '../../src/workspace/tar-header.ts'
import type { TreeEntry } from '../../src/workspace/tree-entry.ts'

async function readBack(archive: Buffer): Promise<readonly (TreeEntry | undefined)[]> {
  const extractor = extract({ highWaterMark: 1024, filenameEncoding: 'latin1' } as object)
  extractor.end(archive)
  const entries: (TreeEntry | undefined)[] = []
  for await (const content of extractor) {
    entries.push(tarEntryOf(content.header))
    content.resume()
  }
  return entries
}

const entry = (rest: Partial<TreeEntry>): TreeEntry => ({
  path: 'demo/f',
  kind: 'file',
  mode: 0o644,
  size: 0,
  mtime: 1_700_000_000,
  target: '',
  ...rest
})

describe('tarHeaderOf', () => {
  it.each<{ what: string; given: TreeEntry }>([
    { what: 'a file', given: entry({ mode: 0o4755 }) },
    { what: 'a folder', given: entry({ kind: 'directory', mode: 0o1777 }) },
    { what: 'a link', given: entry({ kind: 'link', target: '../x' }) },
    { what: 'a name that is not UTF-8', given: entry({ path: 'demo/\xff\xfe ü\n' }) },
    { what: 'a name of 98 bytes', given: entry({ path: 'n'.repeat(98) }) },
    { what: 'a name of 99 bytes', given: entry({ path: 'n'.repeat(99) }) },
    { what: 'a name of 1000 bytes', given: entry({ path: `${'n'.repeat(99)}/`.repeat(10) + 'f' }) },
    {
      what: 'a long link with a long name',
      given: entry({ kind: 'link', path: 'l'.repeat(200), target: `/${'t'.repeat(300)}` })
    }
  ])('is read back for $what', async ({ given }) => {
    expect(await readBack(Buffer.concat([tarHeaderOf(given), tarEnd]))).toEqual([given])
  })

  it('writes a size of 8 GiB and more as a binary number', () => {
    const header = tarHeaderOf(entry({ size: 9 * 2 ** 30 }))

    expect(header.subarray(124, 136)).toEqual(Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 2, 0x40, 0, 0, 0]))
  })

  it('fills up the last block', () => {
    expect([0, 1, 511, 512, 513].map(size => paddingOf(size).length)).toEqual([0, 511, 1, 0, 511])
  })
})

describe('tarEntryOf', () => {
  const header = {
    name: './demo/f/',
    size: 3,
    mode: 0o100644,
    mtime: new Date(5000),
    type: 'file',
    linkname: '',
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    devmajor: 0,
    devminor: 0
  } as const

  it('takes names of PAX headers as UTF-8', () => {
    const read = tarEntryOf({ ...header, name: 'demo/ü', pax: { path: 'demo/ü' } })

    expect(read).toMatchObject({ path: 'demo/\xc3\xbc' })
  })

  it.each(['.', './', ''])('leaves out the root (%j)', name => {
    expect(tarEntryOf({ ...header, name })).toBeUndefined()
  })

  it('leaves out devices', () => {
    expect(tarEntryOf({ ...header, type: 'block-device' })).toBeUndefined()
  })

  it.each(['/etc/passwd', '../x', 'demo/../../x', 'demo//x'])('refuses the name %s', name => {
    expect(() => tarEntryOf({ ...header, name })).toThrow('unacceptable name')
  })

  it('tells a hard link from a file', () => {
    expect(hardLinkTargetOf(header)).toBeUndefined()
    expect(hardLinkTargetOf({ ...header, type: 'link', linkname: './demo/one' })).toBe('demo/one')
  })
})
