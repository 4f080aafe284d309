import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { listMounts } from '../../src/host/mounts.ts'

describe('listMounts', () => {
  it('finds the mounts below a directory, deepest first, and no others', async () => {
    const table = join(await mkdtemp(join(tmpdir(), 'mounts-')), 'mounts')
    const paths = ['/', '/state', '/state-2/a', '/state/a', '/state/a/b', '/state/with\\040blank']
    await writeFile(table, paths.map(path => `tmpfs ${path} tmpfs rw 0 0\n`).join(''))
    await expect(listMounts('/state', table)).resolves.toEqual(['/state/with blank', '/state/a/b', '/state/a'])
  })
})
