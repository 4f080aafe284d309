import type { Writable } from 'node:stream'

/**
 * Resolves when `target` takes more, when it never will again (closed, failed), or when the signal aborts: who waits for a slow reader
 * must not outlive a cancellation. Leaves no listener behind.
 */
export async function drained(target: Writable, signal: AbortSignal): Promise<void> {
  if (!target.writableNeedDrain || target.destroyed || signal.aborted) return
  await new Promise<void>(resolve => {
    const settle = (): void => {
      for (const event of endings) target.off(event, settle)
      signal.removeEventListener('abort', settle)
      resolve()
    }
    for (const event of endings) target.on(event, settle)
    signal.addEventListener('abort', settle)
  })
}

const endings = ['drain', 'close', 'error'] as const
