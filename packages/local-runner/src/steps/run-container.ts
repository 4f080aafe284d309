import { existsSync, mkdirSync } from 'node:fs'
import { isDockerfile } from '../actions/dockerfile-name.ts'
import type { DockerRuns } from '../actions/action-manifest.ts'
import { resolveText, resolveTexts } from '../expressions/resolve-template.ts'
import type { ExpressionScope } from '../expressions/expression-scope.ts'
import { callHook } from '../hook/call-hook.ts'
import { encodeActionArguments, splitArguments } from '../hook/encode-arguments.ts'
import { actionMounts, actionPaths } from '../hook/mounts.ts'
import { createPathMap } from '../hook/path-map.ts'
import { combinePath } from '../job/layout.ts'
import { proxyEnvironment } from '../job/proxy-environment.ts'
import { serviceEnvironment } from '../job/service-environment.ts'
import type { ActionRun } from './action-run.ts'
import { inputVariables } from './step-inputs.ts'
import { withRuntime } from './step-host.ts'

/** One stage of a container action: `docker://`, or a Dockerfile, which the hook is to build (1.4, 2.1). */
export async function runContainer(run: ActionRun, runs: DockerRuns): Promise<void> {
  const { execution, inputs } = run
  const { layout } = execution.job.settings
  const scope = withInputs(run)
  mkdirSync(layout.home, { recursive: true })
  const environment = containerEnvironment(run, runs, scope)
  await callHook(execution, {
    command: 'run_container_step',
    args: {
      ...imageOf(run, runs),
      entryPointArgs:
        runs.args === undefined
          ? splitArguments(inputs.get('args') ?? '')
          : encodeActionArguments(runs.args.map(arg => resolveText(arg, scope))),
      entryPoint: entryPointOf(run, runs),
      workingDirectory: '/github/workspace',
      createOptions: null,
      registry: null,
      environmentVariables: environment,
      portMappings: [],
      systemMountVolumes: actionMounts(layout),
      userMountVolumes: []
    }
  })
}

/**
 * The runner asserts that the Dockerfile is on its own disk before it calls the hook (1.4).
 *
 * @throws Error when it is not
 */
function imageOf(
  { action }: ActionRun,
  { image }: DockerRuns
): { readonly image: string | null; readonly dockerfile: string | null } {
  if (image.toLowerCase().startsWith('docker://')) return { image: image.slice('docker://'.length), dockerfile: null }
  if (!isDockerfile(image)) return { image, dockerfile: null }
  const dockerfile = combinePath(action.directory, image)
  if (!existsSync(dockerfile)) throw new Error(`File not found: '${dockerfile}'`)
  return { image: null, dockerfile }
}

/** Main: `runs.entrypoint`, else `with: entrypoint:`; pre and post have their own, and main's args (1.4). */
function entryPointOf({ stage, inputs }: ActionRun, runs: DockerRuns): string | null {
  if (stage !== 'main') return runs[stage] ?? null
  const own = runs.entrypoint ?? ''
  return own === '' ? (inputs.get('entryPoint') ?? null) : own
}

/** Proxy → env → STATE_* → INPUT_* → runs.env where unset → HOME → GITHUB_*, RUNNER_* → ACTIONS_* (1.4). */
function containerEnvironment(
  run: ActionRun,
  runs: DockerRuns,
  scope: ExpressionScope
): readonly (readonly [name: string, value: string])[] {
  const { job } = run.execution
  const { layout, machine } = job.settings
  const { environment } = run
  for (const [name, value] of inputVariables(run.inputs)) environment.set(name, value)
  for (const [name, value] of resolveTexts(runs.env, scope)) {
    if (!environment.has(name)) environment.set(name, value)
  }
  environment.set('HOME', layout.home)
  const complete = new Map([...proxyEnvironment(machine.env), ...withRuntime(run), ...serviceEnvironment(job)])
  const paths = createPathMap(actionPaths(layout))
  return [...complete].map(([name, value]) => [name, paths.toContainer(value)] as const)
}

/** `runs.args` and `runs.env` can name `inputs`. */
function withInputs({ execution, inputs }: ActionRun): ExpressionScope {
  const scope = execution.expressionScope()
  const values = Object.fromEntries(inputs.entries.map(({ name, value }) => [name, value]))
  return { ...scope, contexts: { ...scope.contexts, inputs: values } }
}
