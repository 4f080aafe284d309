import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { callHook } from './call-hook.ts'
import { corpusFolder, type DockerfileCase, filesBesideContext } from './dockerfile-corpus.ts'
import { imageConfigOf } from './registry.ts'
import type { Site } from './site.ts'

export interface BuildReport {
  readonly exitCode: number
  /** Everything that the hook printed. */
  readonly log: string
  /** What the container printed; empty when there was none. */
  readonly output: readonly string[]
  /** The image's configuration; undefined when there is no image. */
  readonly config: Readonly<Record<string, unknown>> | undefined
}

const podFolder = '/home/runner/_work/demo/demo'
const timingsFolder = '/tmp/timings'
const registryOfPod = '$ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_HOST:$ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_PORT'

/** Runs each case as the runner runs an action with a Dockerfile, `atOnce` of them at a time: they mostly wait. */
export async function buildCorpus(
  site: Site,
  cases: readonly DockerfileCase[],
  { registryUrl, atOnce }: { readonly registryUrl: string; readonly atOnce: number }
): Promise<ReadonlyMap<string, BuildReport>> {
  await placeContexts(site)
  const reports = new Map<string, BuildReport>()
  const waiting = [...cases]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      reports.set(next.name, await buildAndRun(site, next))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  for (const [name, image] of await builtImages(site)) {
    const report = reports.get(name)
    if (report !== undefined) reports.set(name, { ...report, config: await imageConfigOf(registryUrl, image) })
  }
  await callHook(site, hookInput(site, 'cleanup_job', {}))
  return reports
}

async function placeContexts(site: Site): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-corpus-'))
  try {
    await cp(corpusFolder, folder, {
      recursive: true,
      verbatimSymlinks: true,
      filter: path => !filesBesideContext.includes(basename(path))
    })
    await site.copyIn(folder, podFolder)
  } finally {
    await rm(folder, { recursive: true })
  }
  const prepare = 'if [ -e prepare.sh ]; then sh -e prepare.sh && rm prepare.sh; fi'
  const script = `mkdir ${timingsFolder}; export REGISTRY="${registryOfPod}"; for folder in "$0"/*; do (cd "$folder"; ${prepare}) || exit 1; done`
  const { exitCode, stderr } = await site.exec(['sh', '-c', script, podFolder])
  if (exitCode !== 0) throw new Error(`A prepare.sh failed: ${stderr}`)
}

async function buildAndRun(site: Site, wanted: DockerfileCase): Promise<BuildReport> {
  const input = hookInput(site, 'run_container_step', containerArgs(wanted))
  const { exitCode, stdout, stderr } = await callHook(site, input, {
    ACTIONS_RUNNER_CONTAINER_HOOKS_TIMINGS_FILE: `${timingsFolder}/${wanted.name}`
  })
  return { exitCode, log: stdout + stderr, output: outputAfterBuild(stdout), config: undefined }
}

function outputAfterBuild(stdout: string): readonly string[] {
  const lines = stdout.split('\n').slice(0, -1)
  return lines.slice(lines.findLastIndex(line => line.startsWith('Built in ')) + 1)
}

/** By the name of the case. */
async function builtImages(site: Site): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await site.exec(['grep', '-r', '"image built"', timingsFolder])
  const lines = [...stdout.matchAll(new RegExp(`^${timingsFolder}/([^:]+):(.*)$`, 'gm'))]
  return new Map(
    lines.map(([, name = '', time = '']) => [name, (JSON.parse(time) as { readonly image: string }).image])
  )
}

/** The state of a job that was prepared tells the hook that a cleanup will come: until then the image stays. */
function hookInput({ mode }: Site, command: string, args: object): string {
  return JSON.stringify({ command, responseFile: '/tmp/response.json', args, state: { version: 1, mode } })
}

function containerArgs({ name, dockerfile, args }: DockerfileCase): object {
  return {
    image: null,
    dockerfile: `${podFolder}/${name}/${dockerfile}`,
    // As the runner sends them: quoted, joined, and cut at blanks.
    entryPointArgs: args
      .map(argument => `"${argument}"`)
      .join(' ')
      .split(' ')
      .filter(word => word !== ''),
    entryPoint: null,
    workingDirectory: null,
    createOptions: null,
    registry: null,
    environmentVariables: {},
    portMappings: [],
    systemMountVolumes: [],
    userMountVolumes: []
  }
}
