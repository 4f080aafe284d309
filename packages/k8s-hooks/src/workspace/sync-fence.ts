import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SyncCut } from './sync-cut.ts'

/** Throws SyncCut when a newer agent has begun. */
export type FenceCheck = (options?: { readonly always: boolean }) => void

const recheckAfterMs = 50

/**
 * An agent whose connection broke may still be at work when the next one begins, and process ids say nothing between containers:
 * so each writes its own token into one file, and stops when it finds another's there.
 */
export function raiseFence(file: string): FenceCheck {
  const token = randomUUID()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, token)
  let checkedAtMs = Date.now()
  return ({ always } = { always: false }) => {
    if (!always && Date.now() - checkedAtMs < recheckAfterMs) return
    checkedAtMs = Date.now()
    if (readFileSync(file, 'utf8') !== token) throw new SyncCut('A newer sync has begun')
  }
}
