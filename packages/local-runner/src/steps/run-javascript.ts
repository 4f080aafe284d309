import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { JavaScriptRuns } from '../actions/action-manifest.ts'
import { combinePath } from '../job/layout.ts'
import { serviceEnvironment } from '../job/service-environment.ts'
import type { Job } from '../job/job.ts'
import type { ActionRun } from './action-run.ts'
import { inputVariables } from './step-inputs.ts'
import { runOnStepHost, withRuntime } from './step-host.ts'

/** One stage of a JavaScript action (1.5). */
export async function runJavaScript(run: ActionRun, runs: JavaScriptRuns): Promise<void> {
  const { execution, stage, environment } = run
  const { job } = execution
  const { layout } = job.settings
  const script = combinePath(run.action.directory, runs[stage] ?? '')
  // The runner looks for the file on its own disk, also when the action runs in the job container (3).
  if (!existsSync(script)) throw new Error(`File not found: '${script}'`)
  for (const [name, value] of inputVariables(run.inputs)) environment.set(name, value)
  const complete = new Map([...withRuntime(run), ...serviceEnvironment(job)])
  complete.delete('NODE_ICU_DATA')
  const target = job.container?.paths.toContainer(script) ?? `"${script.replaceAll('"', '\\"')}"`
  const exitCode = await runOnStepHost(
    { ...run, environment: complete },
    {
      file: join(layout.externals, nodeFolder(job, runs.node), 'bin', 'node'),
      arguments: target,
      workingDirectory: layout.workspace
    }
  )
  if (exitCode !== 0) execution.result = 'failure'
}

/** An Alpine container gets a Node built for it, which exists for x64 only (1.9). */
function nodeFolder(job: Job, node: string): string {
  if (job.container === undefined || !job.isAlpine) return node
  const { architecture } = job.settings.machine
  if (architecture !== 'X64') {
    throw new Error(
      'JavaScript Actions in Alpine containers are only supported on x64 Linux runners. ' +
        `Detected Linux ${architecture === 'ARM64' ? 'Arm64' : architecture}`
    )
  }
  return `${node}_alpine`
}
