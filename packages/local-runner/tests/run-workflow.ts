import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createJobSettings } from '../src/cli/run-command.ts'
import type { RunOptions } from '../src/cli/parse-arguments.ts'
import { CancelSwitch } from '../src/cli/cancel-switch.ts'
import type { JobSettings } from '../src/job/job.ts'
import { runJob, type JobResult } from '../src/job/run-job.ts'
import type { LogSink } from '../src/log/log-sink.ts'
import type { HookRecord, StepRecord } from '../src/report/reporter.ts'

export interface HookPlan {
  /** An object is written as JSON, a text as it is. */
  readonly response?: unknown
  readonly exitCode?: number
  readonly lines?: readonly string[]
  /** For run_container_step: what sh runs in place of the container; `$1` is the entry point or `main`. */
  readonly script?: string
}

export interface WorkflowRunOptions {
  readonly workflow: string
  /** Files of the repository; they are in the workspace too, as an earlier job left them. */
  readonly files?: Readonly<Record<string, string>>
  /** The workspace has no files until something is checked out. */
  readonly emptyWorkspace?: boolean
  /** Files below the folder of --actions-dir. */
  readonly actions?: Readonly<Record<string, string>>
  readonly plan?: Readonly<Record<string, HookPlan>>
  readonly hook?: string
  readonly env?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly options?: Partial<RunOptions>
  /** Called with each line of the log. */
  readonly onLine?: (line: string, cancel: CancelSwitch) => void
  readonly minuteMs?: number
}

export interface HookInput {
  readonly command: string
  readonly responseFile: string
  readonly args: Readonly<Record<string, unknown>>
  readonly state: unknown
}

export interface WorkflowRun {
  readonly job: JobResult
  readonly log: readonly string[]
  readonly steps: readonly StepRecord[]
  readonly hooks: readonly HookRecord[]
  /** What the hook read from stdin, call by call. */
  readonly rawInputs: readonly string[]
  readonly inputs: readonly HookInput[]
  readonly maskedInputs: readonly string[]
  readonly settings: JobSettings
  /** The runner's root, which stands for /home/runner. */
  readonly root: string
  readonly hookEnvironment: Readonly<Record<string, string>>
}

const fakeHook = join(import.meta.dirname, 'fixtures', 'hooks', 'fake-hook.js')

/** Runs a workflow in a runner folder of its own; container steps run here by way of the fake hook. */
export async function runWorkflow(options: WorkflowRunOptions): Promise<WorkflowRun> {
  const root = mkdtempSync(join(tmpdir(), 'local-runner-'))
  try {
    return await runIn(root, options)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function runIn(root: string, options: WorkflowRunOptions): Promise<WorkflowRun> {
  const repository = join(root, 'repository')
  writeTree(repository, { 'workflow.yml': options.workflow, ...options.files })
  if (options.emptyWorkspace !== true) writeTree(join(root, '_work', 'demo', 'demo'), options.files ?? {})
  writeTree(join(root, 'remote'), options.actions ?? {})
  writeTree(root, { 'secrets.json': JSON.stringify(options.secrets ?? {}), record: '', environment: '{}' })
  for (const version of ['node20', 'node24']) {
    mkdirSync(join(root, 'externals', version, 'bin'), { recursive: true })
    symlinkSync(process.execPath, join(root, 'externals', version, 'bin', 'node'))
  }
  const cancel = new CancelSwitch()
  const log: string[] = []
  const steps: StepRecord[] = []
  const hooks: HookRecord[] = []
  const maskedInputs: string[] = []
  const line = (text: string): void => {
    log.push(text)
    options.onLine?.(text, cancel)
  }
  const settings = await createJobSettings(optionsFor(root, options), {
    machine: {
      env: {
        PATH: process.env['PATH'] ?? '',
        FAKE_RECORD: join(root, 'record'),
        FAKE_ENVIRONMENT: join(root, 'environment'),
        FAKE_PLAN: JSON.stringify(options.plan ?? {}),
        RUNNER_TRACKING_ID: `github_${root}`,
        ...options.env
      },
      architecture: 'X64',
      hostName: 'runner-1',
      procRoot: '/proc',
      nowMs: Date.now,
      createUuid: createCounter(),
      minuteMs: options.minuteMs ?? 60_000,
      grace: { interruptMs: 200, terminateMs: 200 }
    },
    sink: recordingSink(line),
    reporter: {
      step: record => void steps.push(record),
      hook: record => void hooks.push(record),
      hookInput: input => void maskedInputs.push(input)
    },
    cancelSignal: cancel.cancelSignal,
    killSignal: cancel.killSignal,
    createToken: () => 'token-of-the-test'
  })
  const job = await runJob(settings, () => cancel.cancel())
  const rawInputs = readFileSync(join(root, 'record'), 'utf8')
    .split('\n')
    .filter(text => text !== '')
  return {
    job,
    log,
    steps,
    hooks,
    rawInputs,
    inputs: rawInputs.map(text => JSON.parse(text) as HookInput),
    maskedInputs,
    settings,
    root,
    hookEnvironment: JSON.parse(readFileSync(join(root, 'environment'), 'utf8')) as Record<string, string>
  }
}

function optionsFor(root: string, { hook, options }: WorkflowRunOptions): RunOptions {
  return {
    workflow: 'workflow.yml',
    jobId: undefined,
    hook: hook ?? fakeHook,
    repositoryDirectory: join(root, 'repository'),
    runnerRoot: root,
    work: undefined,
    repository: 'octo/demo',
    actionsDirectory: join(root, 'remote'),
    eventFile: undefined,
    inputs: new Map(),
    variables: new Map(),
    secretsFile: join(root, 'secrets.json'),
    reportFile: undefined,
    logFile: undefined,
    hooksLogFile: undefined,
    folded: false,
    minuteMs: 60_000,
    ...options
  }
}

export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

function recordingSink(line: (text: string) => void): LogSink {
  return {
    stepStarted: name => line(`▶ ${name}`),
    line,
    stepEnded: (name, conclusion) => line(`◀ ${name}: ${conclusion}`),
    drained: () => Promise.resolve()
  }
}

/** `id-1`, `id-2`, …: files and responses get names that a golden input can hold. */
function createCounter(): () => string {
  let last = 0
  return () => `id-${++last}`
}
