import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../../src/action-image/build-lock.ts'
import { inTree } from './temporary-tree.ts'

const signal = AbortSignal.timeout(10_000)
const tick = async (): Promise<void> => await new Promise(resolve => setTimeout(resolve, 1))

describe('withLock', () => {
  it('lets one work at a time, and tells those who wait', async () => {
    await inTree({}, async root => {
      let working = 0
      let most = 0
      let waited = 0
      const work = async (): Promise<void> => {
        most = Math.max(most, ++working)
        await tick()
        working--
      }
      const options = { signal, sleep: tick, onWait: () => (waited += 1) }
      await Promise.all([1, 2, 3].map(() => withLock(join(root, 'locks/a'), work, options)))
      expect({ most, waited }).toEqual({ most: 1, waited: 2 })
      expect(await readdir(join(root, 'locks'))).toEqual([])
    })
  })

  it('gives the lock back when the work fails', async () => {
    await inTree({}, async root => {
      const fail = withLock(join(root, 'a'), () => Promise.reject(new Error('no')), { signal, onWait: () => undefined })
      await expect(fail).rejects.toThrow('no')
      expect(await withLock(join(root, 'a'), () => Promise.resolve(7), { signal, onWait: () => undefined })).toBe(7)
    })
  })

  it('takes the lock of a process that is gone', async () => {
    await inTree({}, async root => {
      const { pid } = spawnSync('true')
      await writeFile(join(root, 'a'), String(pid))
      const options = { signal, sleep: tick, onWait: () => undefined }
      expect(await withLock(join(root, 'a'), () => Promise.resolve(7), options)).toBe(7)
    })
  })

  it('waits for a process that lives until the signal aborts', async () => {
    await inTree({}, async root => {
      await writeFile(join(root, 'a'), String(process.pid))
      const abort = new AbortController()
      const locked = withLock(join(root, 'a'), () => Promise.resolve(7), {
        signal: abort.signal,
        onWait: () => abort.abort(new Error('cancelled'))
      })
      await expect(locked).rejects.toThrow('cancelled')
    })
  })
})
