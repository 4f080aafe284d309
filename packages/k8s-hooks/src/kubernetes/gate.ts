import type { Writable } from 'node:stream'
import type WebSocket from 'ws'
import { drained } from '../support/drained.ts'

/** Between a socket and the streams that take what it brings. */
export interface Gate {
  readonly pass: (target: Writable, bytes: Buffer) => void
  /** Resolves when every target has taken what was passed, or the signal has aborted. */
  readonly settled: () => Promise<void>
}

/** Pauses the socket while any target is full. */
export function createGate(socket: WebSocket, signal: AbortSignal): Gate {
  const full = new Set<Writable>()
  let settled: Promise<unknown> = Promise.resolve()
  const waitFor = async (target: Writable): Promise<void> => {
    await drained(target, signal)
    full.delete(target)
    if (full.size === 0) socket.resume()
  }
  return {
    pass: (target, bytes) => {
      if (target.write(bytes) || full.has(target)) return
      full.add(target)
      socket.pause()
      settled = Promise.all([settled, waitFor(target)])
    },
    settled: async () => {
      await settled
    }
  }
}
