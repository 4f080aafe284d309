import { describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLedger } from '../../src/action-image/ledger.ts'
import { inTree } from './temporary-tree.ts'

const digest = `sha256:${'1'.repeat(64)}`

describe('createLedger', () => {
  it('knows nothing before its folder exists', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(join(root, 'not', 'yet'))
      expect(await ledger.entries()).toEqual([])
      expect(await ledger.find('key')).toBeUndefined()
    })
  })

  it('finds a build by its key only when it is finished', async () => {
    await inTree({}, async root => {
      const handle = randomUUID()
      await createLedger(root).begin(handle, 'key')
      expect(await createLedger(root).find('key')).toBeUndefined()
      expect(await createLedger(root).entries()).toEqual([{ handle, key: 'key' }])
      await createLedger(root).finish({ handle, key: 'key', digest })
      expect(await createLedger(root).find('key')).toEqual({ handle, key: 'key', digest })
      expect(await createLedger(root).find('another')).toBeUndefined()
    })
  })

  it('forgets what is removed, also what it never knew', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      const handle = randomUUID()
      await ledger.begin(handle, 'key')
      await ledger.remove(handle)
      await ledger.remove(handle)
      expect(await ledger.entries()).toEqual([])
    })
  })

  it.each([
    { title: 'half a file', text: '{"handle":"' },
    { title: 'nothing', text: '' },
    { title: 'a list', text: '[]' },
    { title: 'a handle that is a path', text: JSON.stringify({ handle: '../../acme/production', key: 'key', digest }) },
    { title: 'a digest that is none', text: JSON.stringify({ handle: randomUUID(), key: 'key', digest: 'latest' }) }
  ])('skips an entry with $title', async ({ text }) => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      const handle = randomUUID()
      await writeFile(join(root, `${randomUUID()}.json`), text)
      await ledger.finish({ handle, key: 'key', digest })
      expect(await ledger.entries()).toEqual([{ handle, key: 'key', digest }])
    })
  })

  it('refuses a handle that is a path', async () => {
    await inTree({}, async root => {
      await expect(createLedger(join(root, 'a')).begin('../x', 'key')).rejects.toThrow('not the handle of a build')
    })
  })

  it('loses nothing when many write at once, and leaves no drafts', async () => {
    await inTree({}, async root => {
      const handles = Array.from({ length: 50 }, () => randomUUID())
      await Promise.all(
        handles.map(async handle => {
          const ledger = createLedger(root)
          await ledger.begin(handle, handle)
          await ledger.finish({ handle, key: handle, digest })
        })
      )
      expect((await createLedger(root).entries()).map(({ handle }) => handle).sort()).toEqual(handles.sort())
      expect((await readdir(root)).every(name => name.endsWith('.json'))).toBe(true)
    })
  })

  it('knows who uses an image until they let go of it, or it is forgotten', async () => {
    await inTree({}, async root => {
      const [own, another] = [createLedger(root), createLedger(root, process.ppid)]
      const handle = randomUUID()
      expect(await own.isUsed(handle)).toBe(false)
      await own.use(handle)
      await another.use(handle)
      await another.use(randomUUID())
      await own.letGo()
      expect(await own.isUsed(handle)).toBe(true)
      await another.letGo()
      expect([await own.isUsed(handle), await readdir(root)]).toEqual([false, []])
      await own.use(handle)
      await own.remove(handle)
      expect(await readdir(root)).toEqual([])
    })
  })
})
