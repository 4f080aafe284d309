import { decodeEntryPointArgs } from '@k8s-hooks/hooklib'
import { CommandProcessor } from '../commands/command-processor.ts'
import { callHook } from '../hook/call-hook.ts'
import { splitScriptArguments } from '../hook/encode-arguments.ts'
import { runtimeEnvironment } from '../job/github-context.ts'
import { runProcess } from '../process/run-process.ts'
import type { ActionRun } from './action-run.ts'

export interface HostCommand {
  readonly file: string
  /** One line, as .NET takes it. */
  readonly arguments: string
  /** Host path or, in a job with a container, whatever the step wrote. */
  readonly workingDirectory: string
}

/**
 * Runs a script or a JavaScript action where the steps of the job run: in the job container by way of the hook (1.5),
 * or on the runner itself.
 *
 * @returns the exit code; in a container a failure throws instead (1.10)
 */
export async function runOnStepHost(run: ActionRun, command: HostCommand): Promise<number> {
  const { job } = run.execution
  const { container } = job
  const environment = withRuntime(run)
  if (container === undefined) return await runOnRunner(run, command, environment)
  const { toContainer } = container.paths
  await callHook(run.execution, {
    command: 'run_script_step',
    args: {
      entryPointArgs: splitScriptArguments(command.arguments),
      entryPoint: toContainer(command.file),
      environmentVariables: [...environment].map(([name, value]) => [name, toContainer(value)] as const),
      prependPath: job.reversedPath,
      workingDirectory: toContainer(command.workingDirectory)
    }
  })
  return 0
}

/** `GITHUB_*` and `RUNNER_*` win over everything a step sets (1.4). */
export function withRuntime({ execution, environment }: ActionRun): Map<string, string> {
  const { runner } = execution.job.settings.contexts
  return new Map([...environment, ...runtimeEnvironment(execution.githubContext, runner)])
}

async function runOnRunner(
  { execution }: ActionRun,
  command: HostCommand,
  environment: ReadonlyMap<string, string>
): Promise<number> {
  const { job } = execution
  const { machine, killSignal } = job.settings
  const env = {
    ...machine.env,
    ...Object.fromEntries(environment),
    PATH: hostPath(job.reversedPath, environment.get('PATH') ?? machine.env['PATH']),
    GITHUB_ACTIONS: 'true',
    CI: environment.get('CI') ?? machine.env['CI'] ?? 'true'
  }
  const processor = new CommandProcessor(execution)
  const args = decodeEntryPointArgs([command.arguments])
  const exitCode = await runProcess(
    { file: command.file, args, cwd: command.workingDirectory, env },
    { signal: execution.signal, killSignal, grace: machine.grace, onLine: line => processor.process(line) }
  )
  execution.root.exitCode = exitCode
  return exitCode
}

/** PATH of the runner with the `GITHUB_PATH` entries in front, last added first. */
export function hostPath(prependPath: readonly string[], path: string | undefined): string {
  return [...prependPath, path ?? ''].filter(entry => entry !== '').join(':')
}
