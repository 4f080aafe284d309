import { resolve } from 'node:path'
import type { Site } from './site.ts'

export interface WorkflowRun {
  readonly exitCode: number
  /** Everything the runner printed. */
  readonly log: string
  readonly report: RunReport
  /** One line per timed stage of a hook call, in their order. */
  readonly stages: readonly Stage[]
}

/** What local-runner's `--report` holds. */
export interface RunReport {
  readonly result: string
  readonly steps: readonly StepReport[]
  readonly hooks: readonly HookReport[]
}

export interface StepReport {
  readonly name: string
  readonly id?: string
  readonly outcome: string
  readonly conclusion: string
  readonly exitCode?: number
  readonly outputs: Readonly<Record<string, string>>
}

export interface HookReport {
  readonly command: string
  readonly step?: string
  readonly exitCode: number
  readonly durationMs: number
}

export interface Stage {
  readonly command: string
  readonly process: number
  readonly stage: string
  readonly durationMs: number
  readonly bytes?: number
  readonly image?: string
}

export interface WorkflowOptions {
  /** Local folder that `actions/checkout` checks out. */
  readonly repository: string
  /** Path of the workflow in it. */
  readonly workflow: string
  /** Local folder with `owner/repository[/path]` of remote actions. */
  readonly actions?: string
  readonly secrets?: Readonly<Record<string, string>>
  /** "folded": one line per group, for people. */
  readonly output?: 'log' | 'folded'
  readonly onOutput?: (text: string) => void
}

export const timingsFile = '/tmp/timings.jsonl'
const node = '/home/runner/externals/node20/bin/node'
const root = resolve(import.meta.dirname, '../../..')

/** Puts the two bundles where a runner image has them. */
export async function installHook(site: Site): Promise<void> {
  await Promise.all([
    site.copyIn(`${root}/packages/k8s-hooks/dist`, '/home/runner/k8s-hooks'),
    site.copyIn(`${root}/packages/local-runner/dist`, '/home/runner/local-runner')
  ])
}

/** Runs a workflow file in the runner pod as the runner would run the job. */
export async function runWorkflow(site: Site, options: WorkflowOptions): Promise<WorkflowRun> {
  await site.exec([
    'rm',
    '-rf',
    timingsFile,
    '/tmp/report.json',
    '/home/runner/repository',
    '/home/runner/remote-actions'
  ])
  await site.copyIn(options.repository, '/home/runner/repository')
  if (options.actions !== undefined) await site.copyIn(options.actions, '/home/runner/remote-actions')
  await site.exec(['sh', '-c', 'umask 077; cat > /tmp/secrets.json'], { input: JSON.stringify(options.secrets ?? {}) })
  const { exitCode, stdout, stderr } = await site.exec(
    [
      ...[
        node,
        '/home/runner/local-runner/index.js',
        'run',
        options.workflow,
        '--hook',
        '/home/runner/k8s-hooks/index.js'
      ],
      ...[
        '--repository-dir',
        '/home/runner/repository',
        '--report',
        '/tmp/report.json',
        '--secrets-file',
        '/tmp/secrets.json'
      ],
      ...(options.actions === undefined ? [] : ['--actions-dir', '/home/runner/remote-actions'])
    ],
    options.onOutput === undefined ? {} : { onOutput: options.onOutput }
  )
  const report = await site.exec(['cat', '/tmp/report.json'])
  if (report.exitCode !== 0)
    throw new Error(`local-runner wrote no report (exit code ${exitCode}):\n${stdout}\n${stderr}`)
  return {
    exitCode,
    log: stdout + stderr,
    report: JSON.parse(report.stdout) as RunReport,
    stages: (await site.exec(['sh', '-c', `cat ${timingsFile} 2>/dev/null || true`])).stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Stage)
  }
}
