import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { layoutOf } from './cluster-layout.ts'
import { parseClusterSettings } from './cluster-settings.ts'
import { parseArguments } from './parse-arguments.ts'
import { runCommand } from './run-command.ts'
import { createProgress } from './support/progress.ts'
import { createRunProgram } from './support/run-program.ts'

const abort = new AbortController()

try {
  process.exitCode = await main()
} catch (error) {
  // What was running when the signal came fails in its own words; the signal is the reason.
  const reason: unknown = abort.signal.aborted ? abort.signal.reason : error
  process.stderr.write(`cluster: ${reason instanceof Error ? reason.message : String(reason)}\n`)
  process.exitCode = abort.signal.aborted ? 130 : 1
  // Ends what still runs beside the part that failed.
  abort.abort(error)
}

async function main(): Promise<number> {
  const command = parseArguments(process.argv.slice(2))
  // A command inside the cluster gets the signals itself, and keeps its file modes.
  if (command.kind !== 'run' && command.kind !== 'shell') {
    // Modes of files in images and in the cluster must not depend on who calls.
    process.umask(0o022)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => abort.abort(new Error(`interrupted by ${signal}`)))
    }
  }
  const settings = parseClusterSettings(process.env)
  const progress = createProgress({
    write: line => process.stderr.write(line),
    nowMs: () => performance.now(),
    repeat: (tick, intervalMs) => {
      const timer = setInterval(tick, intervalMs)
      return () => clearInterval(timer)
    }
  })
  const cluster: Cluster = {
    settings,
    layout: layoutOf(settings),
    host: { run: createRunProgram(abort.signal, process.env), progress, signal: abort.signal },
    packageDir: join(import.meta.dirname, '..')
  }
  return await runCommand(command, {
    cluster,
    terminal: {
      environment: process.env,
      isInteractive: process.stdin.isTTY,
      onSignal: (signal, listener) => process.on(signal, listener)
    },
    facts: {
      userId: process.getuid?.(),
      platform: process.platform,
      architecture: process.arch,
      nodeVersion: process.version
    },
    node: process.execPath,
    write: text => process.stdout.write(text)
  })
}
