import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ExclusiveOptions {
  readonly signal: AbortSignal
  /** Called once when another process is at it. */
  readonly onWait?: () => void
}

const retryMs = 200

/**
 * Runs `work` while no other process on this machine runs under the same name. The lock is an abstract Unix socket: it leaves no
 * file, child processes do not inherit it, and it ends with this process, however that ends.
 */
export async function exclusively<T>(name: string, options: ExclusiveOptions, work: () => Promise<T>): Promise<T> {
  const server = await waitForSocket(name, options)
  try {
    return await work()
  } finally {
    server.close()
  }
}

async function waitForSocket(name: string, { signal, onWait }: ExclusiveOptions): Promise<Server> {
  for (let waited = false; ; waited = true) {
    signal.throwIfAborted()
    const server = await takeSocket(`\0k8s-hooks/${name}`)
    if (server !== undefined) return server
    if (!waited) onWait?.()
    await sleep(retryMs, undefined, { signal })
  }
}

async function takeSocket(path: string): Promise<Server | undefined> {
  const server = createServer(connection => connection.destroy())
  try {
    await once(server.listen({ path, exclusive: true }), 'listening')
    return server
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE') return undefined
    throw error
  }
}
