import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { poll, type Sleep } from '../support/poll.ts'
import { hasCode } from './confine.ts'
import { isAlive } from './is-alive.ts'

export interface LockOptions {
  readonly signal: AbortSignal
  readonly sleep?: Sleep
  /** Called once when another hook holds the lock. */
  readonly onWait: () => void
}

/**
 * Runs `work` while no other hook on this machine runs under the same lock file. A lock whose holder is gone is taken
 * over; should two take it over at once, both work, which costs a second build and nothing else.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  let hasWaited = false
  await poll(
    async () => {
      if (await take(path)) return true
      if (!hasWaited) options.onWait()
      hasWaited = true
      return undefined
    },
    { signal: options.signal, intervalMs: 100, maxIntervalMs: 500, ...(options.sleep ? { sleep: options.sleep } : {}) }
  )
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  const claim = `${path}.${process.pid}.${randomUUID()}`
  await writeFile(claim, String(process.pid))
  try {
    // The lock appears with its holder's pid in it, or not at all.
    await link(claim, path)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(claim, { force: true })
  }
  const holder = Number(await readFile(path, 'utf8').catch(() => ''))
  if (holder > 0 && !isAlive(holder)) await rm(path, { force: true })
  return false
}
