import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { checkStateDirectory, claimStateDirectory } from '../../src/host/state-directory.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'state-'))
})

describe('checkStateDirectory', () => {
  it('accepts one that is absent, empty or claimed', async () => {
    await expect(checkStateDirectory(join(directory, 'absent'))).resolves.toBeUndefined()
    await expect(checkStateDirectory(directory)).resolves.toBeUndefined()
    await claimStateDirectory(directory)
    await writeFile(join(directory, 'etcd'), '')
    await expect(checkStateDirectory(directory)).resolves.toBeUndefined()
  })

  it("refuses somebody's home", async () => {
    await writeFile(join(directory, 'letter'), '')
    await expect(checkStateDirectory(directory)).rejects.toThrow('holds something else than a cluster')
  })
})
