import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from './check.ts'

/** `around` makes the command of Node's arguments. */
export async function jestCheck(
  title: string,
  jestArguments: readonly string[] = [],
  around = (...args: readonly string[]): readonly string[] => [process.execPath, ...args]
): Promise<Check> {
  const countsFile = join(await mkdtemp(join(tmpdir(), 'k8s-hooks-test-')), 'counts.json')
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js']
  return { title, command: around(...jest, ...jestArguments, '--json', `--outputFile=${countsFile}`), countsFile }
}
