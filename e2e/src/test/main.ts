import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterCommand, insideCluster, runProgram } from '../harness/in-cluster.ts'

/** One line of the summary. */
interface Outcome {
  readonly title: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

interface Check {
  readonly title: string
  readonly command: readonly string[]
  /** File in which Jest counts its tests; a check without one counts as one test. */
  readonly countsFile?: string
}

/** What `jest --json` counts. */
interface JestCounts {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
}

/** `make test`: the fast checks, the embedded cluster, then the tests on it. Ends with "N passed, N failed". */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const outcomes: Outcome[] = []
  for (const check of await checks(env)) outcomes.push(await runCheck(check, env))
  console.log('')
  for (const { title, passed, failed, seconds } of outcomes) {
    console.log(
      `${failed === 0 ? '✔' : '✘'} ${title.padEnd(32)} ${`${passed} passed, ${failed} failed`.padEnd(26)} ${seconds} s`
    )
  }
  const sum = (pick: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0)
  const failed = sum(outcome => outcome.failed)
  console.log(`\n${sum(outcome => outcome.passed)} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function checks(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const counts = await mkdtemp(join(tmpdir(), 'k8s-hooks-test-'))
  const npm = (script: string): readonly string[] => ['npm', 'run', '--silent', script]
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js']
  const archive = env['KANIKO_IMAGE_ARCHIVE'] ?? ''
  return [
    { title: 'format', command: npm('format:check') },
    { title: 'lint', command: npm('lint') },
    { title: 'types', command: npm('types') },
    { title: 'bundle', command: npm('bundle') },
    { title: 'dead code', command: npm('dead-code') },
    {
      title: 'unit tests',
      command: [process.execPath, ...jest, '--json', `--outputFile=${counts}/unit.json`],
      countsFile: `${counts}/unit.json`
    },
    { title: 'stand-in executor (go test)', command: ['go', '-C', 'e2e/standin', 'test', './...'] },
    {
      title: 'cluster up',
      command: clusterCommand('up', '--need', 'buildah,buildkit,kaniko-standin,network-policy,static')
    },
    ...(archive === ''
      ? []
      : [
          {
            title: 'import of Kaniko',
            command: clusterCommand('import', archive, 'ghcr.io/osscontainertools/kaniko:v1.28.3')
          }
        ]),
    {
      title: 'tests on the cluster',
      command: insideCluster(...jest, '-c', 'jest.e2e.config.js', '--json', `--outputFile=${counts}/e2e.json`),
      countsFile: `${counts}/e2e.json`
    }
  ]
}

async function runCheck({ title, command, countsFile }: Check, env: NodeJS.ProcessEnv): Promise<Outcome> {
  console.log(`\n\u001b[1m== ${title}\u001b[0m`)
  const startedMs = Date.now()
  const exitCode = await runProgram(command, env)
  const seconds = Math.round((Date.now() - startedMs) / 1000)
  if (countsFile === undefined)
    return { title, passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, seconds }
  const { passed, failed } = await readCounts(countsFile)
  // A run that failed without a failing test (a crash, a leak that Jest reports) must not pass.
  return { title, passed, failed: exitCode === 0 ? failed : Math.max(failed, 1), seconds }
}

async function readCounts(file: string): Promise<{ readonly passed: number; readonly failed: number }> {
  try {
    const counts = JSON.parse(await readFile(file, 'utf8')) as JestCounts
    return { passed: counts.numPassedTests, failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

process.exitCode = await main(process.env)
