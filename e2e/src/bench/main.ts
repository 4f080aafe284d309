import { writeFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import type { VolumeMode } from '../harness/arc-role.ts'
import { buildahInstead, chooseBuilder, type ChosenBuilder, givenBuilder } from '../harness/choose-builder.ts'
import { clusterCommand, insideCluster, runProgram } from '../harness/in-cluster.ts'
import { kubectl } from '../harness/kubectl.ts'
import { runQuietly } from '../harness/run-quietly.ts'
import { surroundingsOf } from '../harness/surroundings.ts'
import { parseBenchArguments } from './parse-bench-arguments.ts'
import type { Plan } from './plan.ts'
import { renderBenchmarks, type BenchmarkRun } from './render-benchmarks.ts'
import { runBench, type BenchSize } from './run-bench.ts'

const document = resolve(import.meta.dirname, '../../../docs/benchmarks.md')
const modes: readonly VolumeMode[] = ['shared', 'copy']
const fullSize: BenchSize = {
  repetitions: 7,
  trees: [
    { name: '50,000 files of 1.5 kB', files: 50_000, bytesPerFile: 1500 },
    { name: '1 GiB in 4 files', files: 4, bytesPerFile: 2 ** 28 }
  ],
  copies: 3,
  contexts: [
    { name: '10 MB in 100 files', files: 100, bytesPerFile: 100_000 },
    { name: '200 MB in 200 files', files: 200, bytesPerFile: 1_000_000 }
  ],
  builds: 3
}
/** To see whether the benchmark itself works. */
const smallSize: BenchSize = {
  repetitions: 1,
  trees: [{ name: '1,000 files of 1.5 kB', files: 1000, bytesPerFile: 1500 }],
  copies: 1,
  contexts: [{ name: '10 MB in 100 files', files: 100, bytesPerFile: 100_000 }],
  builds: 1
}

/**
 * `npm run bench`: measures on the embedded cluster and writes docs/benchmarks.md. `-- --small` (one round) and
 * `-- --only builds` (a part) only print.
 */
async function main(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<number> {
  const { isSmall, parts, isForDocument } = parseBenchArguments(args)
  if (env['K8S_HOOKS_CLUSTER'] !== 'embedded') return await onEmbeddedCluster(env, args)
  const builder = givenBuilder(env) ?? (await chooseBuilder(buildahInstead))
  const text = renderBenchmarks({
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    kubernetes: await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].status.nodeInfo.kubeletVersion}']),
    builder: builder.reason,
    modes: await measure({ parts, ...(isSmall ? smallSize : fullSize) }, env, builder)
  })
  console.log(text)
  if (isForDocument) await writeFile(document, text)
  return 0
}

async function measure(
  size: BenchSize & Pick<Plan, 'parts'>,
  env: NodeJS.ProcessEnv,
  builder: ChosenBuilder
): Promise<BenchmarkRun['modes']> {
  const ofEnvironment = surroundingsOf(env)
  const surroundings = { ...ofEnvironment, runnerEnv: { ...builder.env, ...ofEnvironment.runnerEnv } }
  const auditLog = join(env['K8S_HOOKS_CLUSTER_DIR'] ?? '/var/tmp/k8s-hooks-cluster', 'log/audit.log')
  const measured: BenchmarkRun['modes'][number][] = []
  for (const mode of modes)
    measured.push({ mode, comparisons: await runBench({ mode, ...size }, { surroundings, auditLog }) })
  return measured
}

async function onEmbeddedCluster(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<number> {
  const bundled = await runQuietly('Bundles of the hook and of local-runner', ['npm', 'run', '--silent', 'bundle'])
  if (bundled !== 0) return bundled
  const isUp = await runProgram(clusterCommand('up', '--need', 'buildah'), env)
  return isUp === 0 ? await runProgram(insideCluster('e2e/src/bench/main.ts', ...args), env) : isUp
}

process.exitCode = await main(process.env, process.argv.slice(2))
