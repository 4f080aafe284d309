import { readFile } from 'node:fs/promises'
import type { RunProgram } from '../support/run-program.ts'

/** Mount points below `directory`, deepest first. */
export async function listMounts(directory: string, table = '/proc/self/mounts'): Promise<readonly string[]> {
  const lines = (await readFile(table, 'utf8')).split('\n')
  return lines
    .map(line => unescape(line.split(' ')[1] ?? ''))
    .filter(path => path.startsWith(`${directory}/`))
    .sort()
    .reverse()
}

/**
 * Unmounts everything below `directory`.
 * @throws Error when something stays mounted: deleting the files would then reach through it
 */
export async function unmountBelow(run: RunProgram, directory: string): Promise<void> {
  for (const path of await listMounts(directory)) await run('umount', ['-l', path])
  const left = await listMounts(directory)
  if (left.length > 0) throw new Error(`Still mounted: ${left.join(', ')}`)
}

/** The kernel writes blanks and backslashes of paths in octal. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
}
