import { readFile } from 'node:fs/promises'
import { runProgram } from '../harness/in-cluster.ts'

export interface Check {
  readonly title: string
  readonly command: readonly string[]
  /** File in which Jest counts its tests; a check without one counts as one test. */
  readonly countsFile?: string
}

/** One line of the summary. */
export interface Outcome {
  readonly title: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

/** What `jest --json` counts. */
interface JestCounts {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
}

/** Runs lists of checks side by side; the checks of a list one after the other, each with its output in one piece. */
export async function runSideBySide(lists: readonly (readonly Check[])[]): Promise<readonly Outcome[]> {
  const outcomes = await Promise.all(
    lists.map(async checks => {
      const ofList: Outcome[] = []
      for (const check of checks) ofList.push(await runCheck(check, 'in one piece'))
      return ofList
    })
  )
  return outcomes.flat()
}

/** Runs a check with its output as it comes. */
export async function runCheck(
  { title, command, countsFile }: Check,
  output: 'as it comes' | 'in one piece' = 'as it comes'
): Promise<Outcome> {
  const heading = `\n\u001b[1m== ${title}\u001b[0m\n`
  if (output === 'as it comes') process.stdout.write(heading)
  const startedMs = Date.now()
  const pieces: string[] = []
  const keep = (text: string): void => void pieces.push(text)
  const exitCode = await runProgram(command, process.env, output === 'in one piece' ? keep : undefined)
  if (output === 'in one piece') process.stdout.write(heading + pieces.join(''))
  const seconds = Math.round((Date.now() - startedMs) / 1000)
  if (countsFile === undefined)
    return { title, passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, seconds }
  const { passed, failed } = await readCounts(countsFile)
  // A run that failed without a failing test (a crash, a leak that Jest reports) must not pass.
  return { title, passed, failed: exitCode === 0 ? failed : Math.max(failed, 1), seconds }
}

/** Prints a line for each check and "N passed, N failed"; returns the exit code. */
export function summarise(outcomes: readonly Outcome[]): number {
  console.log('')
  for (const { title, passed, failed, seconds } of outcomes) {
    const counted = `${passed} passed, ${failed} failed`
    console.log(`${failed === 0 ? '✔' : '✘'} ${title.padEnd(32)} ${counted.padEnd(26)} ${seconds} s`)
  }
  const sum = (pick: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0)
  const failed = sum(outcome => outcome.failed)
  console.log(`\n${sum(outcome => outcome.passed)} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function readCounts(file: string): Promise<{ readonly passed: number; readonly failed: number }> {
  try {
    const counts = JSON.parse(await readFile(file, 'utf8')) as JestCounts
    return { passed: counts.numPassedTests, failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
