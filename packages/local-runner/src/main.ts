import { randomBytes, randomUUID } from 'node:crypto'
import { createWriteStream, openSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { architectureOf, workerEnvironment } from './cli/environment.ts'
import { parseRunOptions, UsageError, type RunOptions } from './cli/parse-arguments.ts'
import { createJobSettings } from './cli/run-command.ts'
import { usage } from './cli/usage.ts'
import type { Machine } from './job/machine.ts'
import { runJob } from './job/run-job.ts'
import { createFoldedSink } from './log/folded-sink.ts'
import { combineSinks } from './log/log-sink.ts'
import { createPlainSink } from './log/plain-sink.ts'
import { runnerGrace } from './process/stop-process.ts'
import { createFileReporter } from './report/file-reporter.ts'
import { CancelSwitch } from './cli/cancel-switch.ts'

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.length === 0) {
    process.stdout.write(usage)
    return args.length === 0 ? 2 : 0
  }
  return await run(parseRunOptions(args))
}

async function run(options: RunOptions): Promise<number> {
  const startMs = Date.now()
  const cancel = new CancelSwitch()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cancel.press())
  const reporter = createFileReporter(options.reportFile, options.hooksLogFile)
  const logFile = options.logFile === undefined ? undefined : openLog(options.logFile)
  // A reader that goes away does not end the job.
  process.stdout.on('error', () => undefined)
  const screen = options.folded ? createFoldedSink(process.stdout) : createPlainSink(process.stdout)
  const settings = await createJobSettings(options, {
    machine: machineOf(options),
    sink: combineSinks([screen, ...(logFile === undefined ? [] : [createPlainSink(logFile)])]),
    reporter,
    cancelSignal: cancel.cancelSignal,
    killSignal: cancel.killSignal,
    createToken: () => randomBytes(18).toString('hex')
  })
  const job = await runJob(settings, () => cancel.cancel()).catch((error: unknown) => {
    if (cancel.killSignal.aborted) return undefined
    throw error
  })
  reporter.write(job, Date.now() - startMs)
  process.stdout.write(`Job ${job?.result ?? 'killed'}\n`)
  await close(logFile)
  return job?.result === 'success' ? 0 : 1
}

/** Opened at once, so that a folder that is not there is told before the job starts. */
function openLog(path: string): Writable {
  return createWriteStream(path, { fd: openSync(path, 'w') })
}

async function close(stream: Writable | undefined): Promise<void> {
  if (stream === undefined) return
  stream.end()
  await finished(stream)
}

function machineOf(options: RunOptions): Machine {
  const trackingId = `github_${randomUUID()}`
  return {
    env: workerEnvironment(process.env, { hookPath: resolve(options.hook), trackingId }),
    architecture: architectureOf(process.arch),
    hostName: hostname(),
    procRoot: '/proc',
    nowMs: Date.now,
    createUuid: randomUUID,
    minuteMs: options.minuteMs,
    grace: runnerGrace
  }
}

main(process.argv.slice(2)).then(
  exitCode => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`local-runner: ${message}\n${error instanceof UsageError ? `\n${usage}` : ''}`)
    process.exitCode = 2
  }
)
