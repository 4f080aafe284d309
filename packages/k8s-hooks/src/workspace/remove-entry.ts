import { rmdirSync, unlinkSync, type Stats } from 'node:fs'
import { bytesOf, joinBytePath, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'
import { lookAt } from './look-at.ts'
import type { Receiver } from './receiver.ts'
import { signatureOf } from './tree-entry.ts'

/**
 * Removes what the other end has removed, but only what both ends knew: something that is not in the baseline stays, and so does a
 * directory with something in it. What stays leaves the baseline, so the next sync the other way brings it back.
 */
export function removeEntry(path: BytePath, { root, baseline, rules, guard }: Receiver): void {
  const known = baseline.get(path)
  baseline.delete(path)
  if (known === undefined || !guard.isReal(path)) return
  const absolute = joinBytePath(root, path)
  const found = lookAt(absolute)
  if (typeof found === 'string') return
  if (found.isDirectory()) {
    removeEmptyDirectory(absolute)
    guard.forget()
  } else if (!rules.sparesChanged || isAsKnown(found, known)) {
    unlinkSync(bytesOf(absolute))
  }
}

function removeEmptyDirectory(absolute: BytePath): void {
  try {
    rmdirSync(bytesOf(absolute))
  } catch (error) {
    const code = errorCodeOf(error)
    // EBUSY: something is mounted there.
    if (code !== 'ENOTEMPTY' && code !== 'EBUSY' && code !== 'ENOENT') throw error
  }
}

const isAsKnown = (found: Stats, known: string): boolean =>
  [true, false].some(settled => signatureOf(found, { settled }) === known)
