import { buildahInstead, chooseBuilder } from '../harness/choose-builder.ts'
import { clusterCommand, insideCluster, runProgram } from '../harness/in-cluster.ts'
import { runQuietly } from '../harness/run-quietly.ts'
import { surroundingsOf, type Surroundings } from '../harness/surroundings.ts'
import { runDemo } from './run-demo.ts'

const needs = `This cluster is yours: nothing is installed in it and nothing is started.
What the demo needs there:
  - a registry that pods and nodes reach: deploy/registry.yaml, or your own, told by ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_HOST, _REGISTRY_PORT, _REGISTRY_NODE_PORT
  - a runner image with Node 20 under /home/runner/externals: K8S_HOOKS_RUNNER_IMAGE (ghcr.io/actions/actions-runner:latest)
  - a storage class for the work volume: K8S_HOOKS_STORAGE_CLASS (the cluster's default)
  - the right to create namespaces k8s-hooks-demo-shared and k8s-hooks-demo-copy`

/** `make demo`: brings up the embedded cluster unless KUBECONFIG names another one, then runs the example in both volume modes. */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  if (env['KUBECONFIG'] === undefined || env['KUBECONFIG'] === '') return await onEmbeddedCluster(env)
  const surroundings = surroundingsOf(env)
  if (surroundings.kind === 'given') console.log(needs)
  const builder = surroundings.kind === 'given' ? await ofGivenCluster() : await chooseBuilder(buildahInstead)
  console.log(`\nBuilder: ${builder.reason}.`)
  return await runDemo(withBuilder(surroundings, builder.env))
}

/** Builds what is missing, then starts this program anew inside the cluster's network. */
async function onEmbeddedCluster(env: NodeJS.ProcessEnv): Promise<number> {
  const bundled = await runQuietly('Bundles of the hook and of local-runner', ['npm', 'run', '--silent', 'bundle'])
  if (bundled !== 0) return bundled
  const steps = [
    clusterCommand('up', '--need', 'buildah'),
    ...importCommands(env['KANIKO_IMAGE_ARCHIVE']),
    insideCluster('e2e/src/demo/main.ts')
  ]
  for (const step of steps) {
    const exitCode = await runProgram(step, env)
    if (exitCode !== 0) return exitCode
  }
  return 0
}

function importCommands(archive: string | undefined): readonly (readonly string[])[] {
  return archive === undefined || archive === ''
    ? []
    : [clusterCommand('import', archive, 'ghcr.io/osscontainertools/kaniko:v1.28.3')]
}

/** A builder that the operator has set wins; else the product's default is used as it is. */
async function ofGivenCluster(): ReturnType<typeof chooseBuilder> {
  return await Promise.resolve({
    env: {},
    reason: "the product's default, or what ACTIONS_RUNNER_CONTAINER_HOOKS_BUILDER says"
  })
}

function withBuilder(surroundings: Surroundings, env: Readonly<Record<string, string>>): Surroundings {
  return { ...surroundings, runnerEnv: { ...env, ...surroundings.runnerEnv } }
}

process.exitCode = await main(process.env)
