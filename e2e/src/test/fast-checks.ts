import { runCheck, runSideBySide, type Check, type Outcome } from './check.ts'
import { jestCheck } from './jest-check.ts'

const npm = (title: string, script: string): Check => ({ title, command: ['npm', 'run', '--silent', script] })

/** Linting takes as long as the others together, and each of them has one thread; Jest has all of them. */
const lists: readonly (readonly Check[])[] = [
  [npm('lint', 'lint')],
  [npm('format', 'format:check'), npm('types', 'types'), npm('bundle', 'bundle'), npm('dead code', 'dead-code')]
]

/** All that needs neither a cluster nor Go. */
export async function runFastChecks(): Promise<readonly Outcome[]> {
  const outcomes = await runSideBySide(lists)
  return [...outcomes, await runCheck(await jestCheck('unit tests'))]
}
