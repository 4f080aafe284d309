import { randomUUID } from 'node:crypto'
import { node, withEnvironment } from './run-workflow.ts'
import type { Site } from './site.ts'

/** A step that the test starts beside those of the workflow, as a runner with background steps does. */
export interface DirectStep {
  readonly onOutput?: (text: string) => void
  /** Words before the hook's command line, and after it. */
  readonly around?: readonly [before: string, after: string]
}

export interface DirectResult {
  readonly exitCode: number
  readonly output: string
}

export interface ContainerRequest extends DirectStep {
  /** Name of the repository, whose workspace the step gets. */
  readonly repository: string
  readonly image?: string
  /** Path in the workspace. */
  readonly dockerfile?: string
  readonly entryPoint?: string
  readonly args?: readonly string[]
  readonly hasJobPod: boolean
}

const work = '/home/runner/_work'

/** Calls run_script_step for the job that runs in the runner pod: a program with its arguments, or text for `sh -c`. */
export async function scriptStep(
  site: Site,
  command: string | readonly string[],
  options: DirectStep = {}
): Promise<DirectResult> {
  const [program = '', ...args] = typeof command === 'string' ? ['sh', '-c', command] : command
  return await call(site, options, {
    command: 'run_script_step',
    args: {
      entryPoint: program,
      entryPointArgs: args.map(quote).join(' ').split(' '),
      environmentVariables: {},
      prependPath: [],
      workingDirectory: '/'
    },
    state: stateOf(site)
  })
}

/** Calls run_container_step; of the blanks in an argument the runner keeps single ones. */
export async function containerStep(site: Site, request: ContainerRequest): Promise<DirectResult> {
  const workspace = `${work}/${request.repository}/${request.repository}`
  const mounts = {
    [`${work}/_temp`]: '/github/runner_temp',
    [`${work}/_temp/_github_home`]: '/github/home',
    [`${work}/_temp/_github_workflow`]: '/github/workflow',
    [`${work}/_temp/_runner_file_commands`]: '/github/file_commands',
    [workspace]: '/github/workspace'
  }
  return await call(site, request, {
    command: 'run_container_step',
    args: {
      image: request.image ?? null,
      dockerfile: request.dockerfile === undefined ? null : `${workspace}/./${request.dockerfile}`,
      entryPoint: request.entryPoint ?? null,
      entryPointArgs: (request.args ?? []).flatMap(argument => quote(argument).split(' ')),
      workingDirectory: '/github/workspace',
      createOptions: null,
      registry: null,
      environmentVariables: { HOME: '/github/home' },
      portMappings: [],
      systemMountVolumes: Object.entries(mounts).map(([sourceVolumePath, targetVolumePath]) => ({
        ...{ userProvidedValue: null, readOnly: false },
        ...{ sourceVolumePath, targetVolumePath }
      })),
      userMountVolumes: []
    },
    state: request.hasJobPod ? stateOf(site) : null
  })
}

/** So that the rule of .NET gives the text back. */
function quote(text: string): string {
  return `"${text.replaceAll(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end === '' ? '' : '\\"'))}"`
}

function stateOf({ mode }: Site): object {
  return { version: 1, mode }
}

async function call(site: Site, { onOutput, around = ['', ''] }: DirectStep, input: object): Promise<DirectResult> {
  const responseFile = `/tmp/response-${randomUUID()}.json`
  const [before, after] = around
  const { exitCode, stdout, stderr } = await site.exec(
    [...withEnvironment(), 'sh', '-c', `${before} ${node} /home/runner/k8s-hooks/index.js ${after}`],
    {
      input: `${JSON.stringify({ ...input, responseFile })}\n`,
      ...(onOutput === undefined ? {} : { onOutput })
    }
  )
  return { exitCode, output: stdout + stderr }
}
