import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDigest } from '../registry/reference.ts'
import { hasCode } from './confine.ts'

/**
 * What was built, or was about to be pushed, on the runner's disk: a killed hook leaves no image that nobody knows of.
 * It holds no image names, only random handles: whoever can write to it can't have a foreign image run or deleted.
 */
export interface Ledger {
  /** Called before a push can start. */
  readonly begin: (handle: string, key: string) => Promise<void>
  readonly finish: (entry: Required<LedgerEntry>) => Promise<void>
  /** A finished build of that content. */
  readonly find: (key: string) => Promise<Required<LedgerEntry> | undefined>
  readonly entries: () => Promise<readonly LedgerEntry[]>
  readonly remove: (handle: string) => Promise<void>
  readonly folder: string
}

export interface LedgerEntry {
  readonly handle: string
  /** Of `contentKey`. */
  readonly key: string
  /** Absent until the push has succeeded. */
  readonly digest?: string
}

const handlePattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One file per build, replaced by rename: any number of hooks may use the folder at once. It is made when needed. */
export function createLedger(folder: string): Ledger {
  const fileOf = (handle: string): string => join(folder, `${handle}.json`)

  const write = async (entry: LedgerEntry): Promise<void> => {
    if (!handlePattern.test(entry.handle)) throw new Error(`"${entry.handle}" is not the handle of a build`)
    await mkdir(folder, { recursive: true })
    const draft = `${fileOf(entry.handle)}.${process.pid}.draft`
    await writeFile(draft, JSON.stringify(entry), { flush: true })
    await rename(draft, fileOf(entry.handle))
  }

  const entries = async (): Promise<readonly LedgerEntry[]> => {
    const names = await namesIn(folder)
    const read = await Promise.all(names.map(name => readEntry(join(folder, name))))
    return read.filter(entry => entry !== undefined)
  }

  return {
    folder,
    begin: (handle, key) => write({ handle, key }),
    finish: write,
    entries,
    find: async key => (await entries()).filter(isFinished).find(entry => entry.key === key),
    remove: handle => rm(fileOf(handle), { force: true })
  }
}

function isFinished(entry: LedgerEntry): entry is Required<LedgerEntry> {
  return entry.digest !== undefined
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter(name => name.endsWith('.json'))
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
  if (!('digest' in read)) return { handle, key }
  return typeof read.digest === 'string' && isDigest(read.digest) ? { handle, key, digest: read.digest } : undefined
}
