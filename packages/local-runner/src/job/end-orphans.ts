import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Orphan {
  readonly pid: number
  readonly name: string
}

/**
 * Processes that a step left behind, known by the RUNNER_TRACKING_ID they were born with ("Complete job").
 *
 * @param procRoot `/proc`; elsewhere there are none
 */
export function findOrphans(trackingId: string, procRoot: string): readonly Orphan[] {
  return pidsIn(procRoot)
    .filter(pid =>
      read(join(procRoot, pid, 'environ'))
        .split('\0')
        .includes(`RUNNER_TRACKING_ID=${trackingId}`)
    )
    .map(pid => ({ pid: Number(pid), name: read(join(procRoot, pid, 'comm')).trim() }))
}

function pidsIn(procRoot: string): readonly string[] {
  try {
    return readdirSync(procRoot).filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Empty for a process that has just ended or belongs to somebody else. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
