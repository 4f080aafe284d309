import { parseHookInput } from '@k8s-hooks/hooklib'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cacheScopeOf } from './action-image/cache-scope.ts'
import { agentProgram } from './agent-program.ts'
import { parseSettings } from './config/parse-settings.ts'
import type { Settings } from './config/settings.ts'
import type { HookContext, HookPaths } from './hooks/hook-context.ts'
import { loadClusterAccess } from './kubernetes/cluster-access.ts'
import { connect } from './kubernetes/connect.ts'
import { readHookTemplate } from './pod-template/hook-template.ts'
import { reportFailure } from './report-failure.ts'
import { runHook } from './run-hook.ts'
import { actionsLogger } from './support/actions-logger.ts'
import { keepLines, type KeptLines } from './support/keep-lines.ts'
import { peakMemoryMiBOf } from './support/peak-memory.ts'
import { reasonOf } from './support/reason-of.ts'
import { createTimings } from './support/timings.ts'

/** What the runner's SIGINT and SIGTERM mean to the rest of the hook (contract 1.10). */
const cancelledExitCode = 130

/** An error that nothing expected must not keep the process: its tidying up has as long as the runner gives a cancelled one (contract 1.10). */
const endAfterDefectMs = 10_000

async function runAsHook(): Promise<number> {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => controller.abort(new Error(`cancelled by ${name}`)))
  // Nobody reads any more: the runner is gone.
  process.stdout.on('error', error => controller.abort(error))
  const lines = keepLines(process.stdout, actionsLogger, controller.signal)
  const defect = catchDefects(controller)
  try {
    const settings = parseSettings(process.env)
    const input = parseHookInput(await text(process.stdin))
    const context = await contextOf(settings, input.command, lines)
    const startedMs = Date.now()
    try {
      const exitCode = await runHook(input, context, controller.signal)
      return defect() === undefined ? exitCode : reportFailure(defect(), lines.logger)
    } finally {
      context.timings.record({
        stage: 'total',
        durationMs: Date.now() - startedMs,
        peakMemoryMiB: peakMemoryMiBOf(await readFile('/proc/self/status', 'utf8').catch(() => ''))
      })
      await context.timings.flush()
    }
  } catch (error) {
    if (controller.signal.aborted && defect() === undefined) {
      lines.logger.info('The step was cancelled.')
      lines.logger.debug(reasonOf(error))
      return cancelledExitCode
    }
    return reportFailure(defect() ?? error, lines.logger)
  }
}

/** Ends the work as a cancellation does, so that what was made is deleted. Returns what tells the first error that nothing has caught. */
function catchDefects(controller: AbortController): () => unknown {
  let defect: unknown
  process.on('uncaughtException', error => {
    defect ??= error
    controller.abort(error)
    setTimeout(() => process.exit(1), endAfterDefectMs).unref()
  })
  return () => defect
}

async function contextOf(settings: Settings, command: string, { output, logger }: KeptLines): Promise<HookContext> {
  const paths = pathsOf(settings)
  const { stateFolder } = paths
  const access = await loadClusterAccess({ env: process.env, namespace: settings.namespace, stateFolder })
  return {
    cluster: connect(access),
    settings,
    logger,
    timings: createTimings(settings.timingsFile, { command, logger }),
    output,
    agentProgram,
    paths,
    workflow: settings.workflowLabels ? workflowOf(process.env) : {},
    cacheScope: cacheScopeOf({
      repository: process.env['GITHUB_REPOSITORY'],
      eventName: process.env['GITHUB_EVENT_NAME']
    }),
    architecture: process.arch,
    readTemplate: () => readHookTemplate(settings.templatePath, path => readFile(path, 'utf8'))
  }
}

function workflowOf(env: NodeJS.ProcessEnv): HookContext['workflow'] {
  return {
    repository: env['GITHUB_REPOSITORY'],
    workflow: env['GITHUB_WORKFLOW'],
    'run-id': env['GITHUB_RUN_ID'],
    job: env['GITHUB_JOB']
  }
}

/** RUNNER_TEMP is `<work>/_temp`, and the program that runs us is `<runner>/externals/node20/bin/node` (contract 1.8). */
function pathsOf(settings: Settings): HookPaths {
  const nodeFolder = dirname(dirname(process.execPath))
  const runnerTemp = process.env['RUNNER_TEMP'] ?? '/home/runner/_work/_temp'
  return {
    workFolder: dirname(runnerTemp),
    workspace: process.env['GITHUB_WORKSPACE'],
    externals: dirname(nodeFolder),
    ownNode: basename(nodeFolder),
    stateFolder: settings.stateFolder ?? join(tmpdir(), `k8s-hooks-${settings.runnerPodName}`),
    actionArchiveCache: process.env['ACTIONS_RUNNER_ACTION_ARCHIVE_CACHE']
  }
}

/** Node ends with 0 when it has nothing left to wait for, whatever was still to be done: that would be a success that never was. */
function failUnlessFinished(): () => void {
  const report = (): void => {
    process.exitCode = reportFailure(new Error('nothing left to wait for, and the work is not done'), actionsLogger)
  }
  process.once('beforeExit', report)
  return () => process.off('beforeExit', report)
}

async function main(): Promise<void> {
  const finish = failUnlessFinished()
  process.exitCode = await runAsHook()
  finish()
  // Never process.exit: what stands in the pipe to the runner would be lost. Nothing else may keep the process alive.
  process.stdin.destroy()
}

void main()
