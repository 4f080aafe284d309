import { appendFile, chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunReport } from './run-report.ts'
import type { Site } from './site.ts'

export interface WorkflowRun {
  readonly exitCode: number
  /** Everything the runner printed. */
  readonly log: string
  readonly report: RunReport
  /** One line per timed stage of a hook call, in their order. */
  readonly stages: readonly Stage[]
}

export interface Stage {
  readonly command: string
  readonly process: number
  readonly stage: string
  readonly durationMs: number
  readonly bytes?: number
  readonly image?: string
  readonly peakMemoryMiB?: number
}

export interface WorkflowOptions {
  /** Local folder that `actions/checkout` checks out. */
  readonly repository: string
  /** Path of the workflow in it. */
  readonly workflow: string
  /** Which job of the workflow; the only one when absent. */
  readonly job?: string
  /** Local folder with `owner/repository[/path]` of remote actions. */
  readonly actions?: string
  readonly secrets?: Readonly<Record<string, string>>
  /** Changes to the runner pod's environment for this job; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** More of local-runner's options, as they stand on its command line. */
  readonly more?: readonly string[]
  /** "folded": one line per group, for people. */
  readonly output?: 'log' | 'folded'
  readonly onOutput?: (text: string) => void
}

/** A job that runs. */
export interface StartedWorkflow {
  /** Resolves when the log holds the text; throws when the job ends without it. */
  readonly saw: (text: string) => Promise<void>
  /** What SIGINT is to the runner: the job is cancelled. */
  readonly cancel: () => Promise<void>
  readonly finished: Promise<WorkflowRun>
}

export const timingsFile = '/tmp/timings.jsonl'
/** The program that the runner starts hooks with. */
export const node = '/home/runner/externals/node20/bin/node'
const runFolder = '/home/runner/run'
const pidFile = '/tmp/local-runner.pid'
const root = resolve(import.meta.dirname, '../../..')

/** Puts the two bundles where a runner image has them. */
export async function installHook(site: Site): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-bundles-'))
  try {
    // What it is copied to is the home of the runner's user, and takes its mode.
    await chmod(folder, 0o755)
    for (const name of ['k8s-hooks', 'local-runner'])
      await cp(`${root}/packages/${name}/dist`, join(folder, name), { recursive: true })
    await site.copyIn(folder, '/home/runner')
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs a workflow file in the runner pod as the runner would run the job, and waits for its end. */
export async function runWorkflow(site: Site, options: WorkflowOptions): Promise<WorkflowRun> {
  return await (
    await startWorkflow(site, options)
  ).finished
}

/** Starts a job and returns while it runs. */
export async function startWorkflow(site: Site, options: WorkflowOptions): Promise<StartedWorkflow> {
  await placeFiles(site, options)
  let log = ''
  let ended = false
  let look = (): void => undefined
  const ending = site
    .exec(['sh', '-c', `echo $$ > ${pidFile}; exec "$0" "$@"`, ...commandLine(options)], {
      onOutput: text => {
        log += text
        options.onOutput?.(text)
        look()
      }
    })
    .finally(() => {
      ended = true
      look()
    })
  return {
    saw: async text => {
      await new Promise<void>((resolveSaw, reject) => {
        look = () => {
          if (log.includes(text)) resolveSaw()
          else if (ended) reject(new Error(`The job ended without "${text}" in its log:\n${log}`))
        }
        look()
      })
    },
    cancel: async () => {
      await site.exec(['sh', '-c', `kill -INT "$(cat ${pidFile})"`])
    },
    finished: ending.then(async ({ exitCode }) => {
      await keepLog(site, options, log)
      return await readRun(site, exitCode, log)
    })
  }
}

function commandLine({ workflow, job, actions, output, env, more }: WorkflowOptions): readonly string[] {
  return [
    ...withEnvironment(env),
    ...[node, '/home/runner/local-runner/index.js', 'run', workflow],
    ...['--hook', '/home/runner/k8s-hooks/index.js'],
    ...['--repository-dir', `${runFolder}/repository`],
    ...['--report', `${runFolder}/report.json`],
    ...['--secrets-file', `${runFolder}/secrets.json`],
    // A repository for each job: what root has written in one workspace is nothing to another, as on a runner that runs one job.
    ...(job === undefined ? [] : ['--job', job, '--repository', `octo/${job}`]),
    ...(actions === undefined ? [] : ['--actions-dir', `${runFolder}/actions`]),
    ...(output === undefined ? [] : ['--output', output]),
    ...(more ?? [])
  ]
}

/** `env -u NAME NAME=value`, to be put before a command. */
export function withEnvironment(env: WorkflowOptions['env'] = {}): readonly string[] {
  const changes = Object.entries(env)
  return [
    'env',
    ...changes.flatMap(([name, value]) => (value === undefined ? ['-u', name] : [])),
    ...changes.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
  ]
}

async function placeFiles(site: Site, { repository, actions, secrets }: WorkflowOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-e2e-'))
  const copy = { recursive: true, verbatimSymlinks: true }
  try {
    await cp(repository, join(folder, 'repository'), copy)
    if (actions !== undefined) await cp(actions, join(folder, 'actions'), copy)
    await writeFile(join(folder, 'secrets.json'), JSON.stringify(secrets ?? {}))
    await site.copyIn(folder, runFolder, [timingsFile, runFolder])
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function keepLog({ namespace, surroundings }: Site, { job }: WorkflowOptions, log: string): Promise<void> {
  const { logFolder } = surroundings
  if (logFolder === undefined) return
  await mkdir(logFolder, { recursive: true })
  await appendFile(join(logFolder, `${namespace}-${job ?? 'job'}.log`), log)
}

async function readRun(site: Site, exitCode: number, log: string): Promise<WorkflowRun> {
  const { stdout } = await site.exec(['sh', '-c', `cat ${runFolder}/report.json; printf '\\0'; cat ${timingsFile}`])
  const [report = '', stages = ''] = stdout.split('\0')
  if (report === '') throw new Error(`local-runner wrote no report (exit code ${exitCode}):\n${log}`)
  return {
    exitCode,
    log,
    report: JSON.parse(report) as RunReport,
    stages: stages
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Stage)
  }
}
