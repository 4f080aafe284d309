import { build } from 'esbuild'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { arcRules } from '../harness/arc-role.ts'
import { deleteTags, registryTags } from '../harness/registry.ts'
import { installHook, node } from '../harness/run-workflow.ts'
import { createSite, runnerPodName, type Site } from '../harness/site.ts'
import type { Surroundings } from '../harness/surroundings.ts'
import { readRequests } from './audit-log.ts'
import { compare, type Comparison } from './compare.ts'
import { pairsOf } from './pairs.ts'
import type { HookCommand, Plan, Sample } from './plan.ts'

const inputFolder = resolve(import.meta.dirname, '../../../examples/hook-input')
const probeFolder = '/home/runner/probe'
const templateFolder = '/home/runner/hook-template'
/** Copies are measured from memory to memory: which file system finds a free inode, and how fast, is nothing that a hook can change. */
const inMemory = {
  workInMemory: true,
  env: { ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: `${templateFolder}/in-memory.yaml` }
}

export type BenchSize = Pick<Plan, 'repetitions' | 'trees' | 'copies' | 'contexts' | 'builds'>

export interface BenchPlace {
  readonly surroundings: Surroundings
  /** File of the API server. */
  readonly auditLog: string
}

/** Measures the hooks in one volume mode, in a namespace of its own. */
export async function runBench(
  { mode, parts, ...size }: Pick<Plan, 'mode' | 'parts'> & BenchSize,
  { surroundings, auditLog }: BenchPlace
): Promise<readonly Comparison[]> {
  const namespace = `e2e-bench-${mode}-${Date.now().toString(36)}`
  // The limit waits by watch, which ARC's role does not grant.
  const rules = [...arcRules(mode), { apiGroups: [''], resources: ['pods'], verbs: ['watch'] }]
  const site = await createSite({ namespace, mode, surroundings, rules, ...(mode === 'copy' ? inMemory : {}) })
  try {
    await installHook(site)
    await installProbe(site)
    await site.copyIn(resolve(import.meta.dirname, 'hook-template'), templateFolder)
    const trees = mode === 'copy' ? size.trees : []
    const plan: Plan = { ...size, trees, parts, mode, namespace, inputs: await readInputs(), outputBytes: 10_000_000 }
    const samples = await runProbe(site, plan)
    const requests = await readRequests(auditLog, `system:serviceaccount:${namespace}:${runnerPodName}`)
    return compare(pairsOf(plan), samples, requests)
  } finally {
    await site.dispose()
    await deleteKept(surroundings, namespace)
  }
}

/** What builds have left on purpose for later jobs of a repository, which bears the name of the namespace. */
async function deleteKept({ registryUrl }: Surroundings, repository: string): Promise<void> {
  if (registryUrl === undefined) return
  const tags = (await registryTags(registryUrl)).filter(tag => tag.includes(`/octo/${repository}`))
  await deleteTags(registryUrl, tags)
}

async function installProbe(site: Site): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-probe-'))
  await build({
    entryPoints: [resolve(import.meta.dirname, 'probe/main.ts')],
    outfile: join(folder, 'probe.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error'
  })
  await site.copyIn(folder, probeFolder)
  await rm(folder, { recursive: true })
}

async function runProbe(site: Site, plan: Plan): Promise<readonly Sample[]> {
  const { exitCode, stdout, stderr } = await site.exec([node, `${probeFolder}/probe.mjs`], {
    input: JSON.stringify(plan),
    // The samples come as one JSON array, in pieces; these lines tell how far it is.
    onOutput: text => {
      for (const line of text.split('\n')) if (/^[^{]*round \d+ of \d+$/.test(line)) console.log(line)
    }
  })
  if (exitCode !== 0) throw new Error(`The probe ended with ${exitCode}:\n${stderr}`)
  return JSON.parse(stdout) as readonly Sample[]
}

/** The examples of what the runner sends, with the images that the embedded cluster has. */
async function readInputs(): Promise<Readonly<Record<HookCommand, object>>> {
  const scriptStep = (script: string): object => ({ entryPoint: 'sh', entryPointArgs: ['-e', `/__w/_temp/${script}`] })
  return {
    prepare: await readInput('prepare-job-container-only', args => ({
      container: { ...(args['container'] as object), image: 'debian:bookworm-slim' }
    })),
    script: await readInput('run-script-step', () => scriptStep('true.sh')),
    output: await readInput('run-script-step', () => scriptStep('output.sh')),
    container: await readInput('run-container-step-docker-image', () => ({
      image: 'busybox:1.35',
      entryPoint: '/bin/echo',
      entryPointArgs: ['hello']
    })),
    build: await readInput('run-container-step-local-action', () => ({
      dockerfile: '/home/runner/_work/demo/demo/action/Dockerfile',
      entryPointArgs: []
    })),
    cleanup: await readInput('cleanup-job', () => ({}))
  }
}

async function readInput(
  name: string,
  change: (args: Readonly<Record<string, unknown>>) => object
): Promise<Readonly<Record<string, unknown>>> {
  const input = JSON.parse(await readFile(join(inputFolder, `${name}.json`), 'utf8')) as Readonly<
    Record<string, unknown> & { readonly args: Readonly<Record<string, unknown>> }
  >
  return { ...input, args: { ...input.args, ...change(input.args) } }
}
