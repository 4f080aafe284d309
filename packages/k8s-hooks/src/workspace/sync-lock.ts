import { mkdirSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { systemSleep, type Sleep } from '../support/poll.ts'
import { errorCodeOf } from './error-code.ts'

export interface SyncLockOptions {
  readonly signal: AbortSignal
  readonly onWait: () => void
  readonly sleep?: Sleep
}

const retryAfterMs = 50

/**
 * Runs `work` while no other hook process of this runner does so for the same directory (background steps: contract 0).
 * The lock is a socket in Linux's abstract namespace, named after the directory: the kernel frees it when its process dies, however it dies,
 * so there is no stale lock to be judged by a pid.
 */
export async function withSyncLock<T>(directory: string, options: SyncLockOptions, work: () => Promise<T>): Promise<T> {
  const { signal, onWait, sleep = systemSleep } = options
  mkdirSync(directory, { recursive: true })
  const { dev, ino } = statSync(directory)
  const name = `\0k8s-hooks-sync-${dev}-${ino}`
  let lock = await tryListen(name)
  if (lock === undefined) onWait()
  while (lock === undefined) {
    await sleep(retryAfterMs, signal)
    lock = await tryListen(name)
  }
  try {
    return await work()
  } finally {
    await close(lock)
  }
}

/** undefined while somebody else holds the name. */
async function tryListen(name: string): Promise<Server | undefined> {
  const server = createServer(connection => connection.destroy())
  return await new Promise((resolve, reject) => {
    server.once('error', error => {
      if (errorCodeOf(error) === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ path: name, exclusive: true }, () => resolve(server))
  })
}

async function close(server: Server): Promise<void> {
  await new Promise<void>(resolve => server.close(() => resolve()))
}
