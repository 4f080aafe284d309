import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDigest } from '../registry/reference.ts'
import { hasCode } from './confine.ts'
import { isAlive } from './is-alive.ts'

/**
 * What was built, or was about to be pushed, on the runner's disk: a killed hook leaves no image that nobody knows of.
 * It holds no image names, only random handles: whoever can write to it can't have a foreign image run or deleted.
 */
export interface Ledger {
  /** Called before a push can start. */
  readonly begin: (handle: string, key: string) => Promise<void>
  readonly finish: (entry: FinishedEntry) => Promise<void>
  /** Its deletion was tried in vain: it is kept for another try, but nobody finds it any more. */
  readonly keep: (entry: LedgerEntry) => Promise<void>
  /** A finished build of that content. */
  readonly find: (key: string) => Promise<FinishedEntry | undefined>
  readonly entries: () => Promise<readonly LedgerEntry[]>
  readonly remove: (handle: string) => Promise<void>
  /** Says that this process builds or runs the image, until it ends or lets go of it. */
  readonly use: (handle: string) => Promise<void>
  /** Lets go of every image. */
  readonly letGo: () => Promise<void>
  /** Whether any process that runs uses the image. */
  readonly isUsed: (handle: string) => Promise<boolean>
  readonly folder: string
}

export interface LedgerEntry {
  readonly handle: string
  /** Of `contentKey`; "" once its deletion was tried: nobody finds it then. */
  readonly key: string
  /** Absent until the push has succeeded. */
  readonly digest?: string
  /** The registry has refused to delete it. */
  readonly refused?: true
}

/** The push has succeeded. */
export interface FinishedEntry extends LedgerEntry {
  readonly digest: string
}

const handlePattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One file per build, replaced by rename, and one per use: any number of hooks may use the folder at once. It is made when needed. */
export function createLedger(folder: string, pid = process.pid): Ledger {
  const fileOf = (handle: string): string => {
    if (!handlePattern.test(handle)) throw new Error(`"${handle}" is not the handle of a build`)
    return join(folder, `${handle}.json`)
  }
  const useFileOf = (handle: string, user: number): string => `${fileOf(handle)}.${user}.use`

  const write = async (entry: LedgerEntry): Promise<void> => {
    const file = fileOf(entry.handle)
    await mkdir(folder, { recursive: true })
    const draft = `${file}.${pid}.draft`
    await writeFile(draft, JSON.stringify(entry), { flush: true })
    await rename(draft, file)
  }

  const entries = async (): Promise<readonly LedgerEntry[]> => {
    const names = (await namesIn(folder)).filter(name => name.endsWith('.json'))
    const read = await Promise.all(names.map(name => readEntry(join(folder, name))))
    return read.filter(entry => entry !== undefined)
  }

  const uses = async (): Promise<readonly Use[]> => (await namesIn(folder)).flatMap(useOf)

  return {
    folder,
    begin: (handle, key) => write({ handle, key }),
    finish: write,
    keep: entry => write({ ...entry, key: '' }),
    entries,
    find: async key => (await entries()).filter(isFinished).find(entry => entry.key === key),
    remove: async handle => {
      await rm(fileOf(handle), { force: true })
      const users = (await uses()).filter(use => use.handle === handle)
      await Promise.all(users.map(use => rm(useFileOf(handle, use.pid), { force: true })))
    },
    use: async handle => {
      const file = useFileOf(handle, pid)
      await mkdir(folder, { recursive: true })
      await writeFile(file, '')
    },
    letGo: async () => {
      const own = (await uses()).filter(use => use.pid === pid)
      await Promise.all(own.map(({ handle }) => rm(useFileOf(handle, pid), { force: true })))
    },
    isUsed: async handle => (await uses()).some(use => use.handle === handle && isAlive(use.pid))
  }
}

interface Use {
  readonly handle: string
  readonly pid: number
}

function useOf(fileName: string): readonly Use[] {
  const [handle = '', json, pid = '', use] = fileName.split('.')
  return json === 'json' && use === 'use' && handlePattern.test(handle) ? [{ handle, pid: Number(pid) }] : []
}

function isFinished(entry: LedgerEntry): entry is FinishedEntry {
  return entry.digest !== undefined
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

/** undefined for what is no entry: half a file after a full disk, or somebody else's. */
async function readEntry(path: string): Promise<LedgerEntry | undefined> {
  let read: unknown
  try {
    read = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null || !('handle' in read) || !('key' in read)) return undefined
  const { handle, key } = read
  if (typeof handle !== 'string' || !handlePattern.test(handle) || typeof key !== 'string') return undefined
  return withDigest({ handle, key, ...('refused' in read ? { refused: true } : {}) }, read)
}

function withDigest(entry: LedgerEntry, read: object): LedgerEntry | undefined {
  if (!('digest' in read)) return entry
  return typeof read.digest === 'string' && isDigest(read.digest) ? { ...entry, digest: read.digest } : undefined
}
