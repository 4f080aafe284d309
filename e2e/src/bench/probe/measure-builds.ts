import type { V1PodSpec } from '@kubernetes/client-node'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { deleteTags } from '../../harness/registry.ts'
import type { Plan, Subject, Tree } from '../plan.ts'
import { type BuilderPod, builderPodLike, letBuild, sendByTar } from './builder-pod.ts'
import { type HookEnd, timingsFile, workspace } from './hook-calls.ts'
import type { Probe } from './probe.ts'
import { writeTree } from './write-tree.ts'

/** Where the input of the command "build" says that the Dockerfile is. */
const action = `${workspace}/action`
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

/** An instruction that takes a second on any machine, then content that is new in each build. */
const dockerfile = `FROM busybox:1.35 AS tools
FROM scratch
COPY --from=tools /bin /bin
RUN ["/bin/busybox", "sleep", "1"]
COPY content.txt /
ENTRYPOINT ["/bin/busybox", "true"]
`

interface Builds extends Probe {
  readonly build: (env?: Readonly<Record<string, string>>) => Promise<HookEnd>
  /** Another pod like the one that the hook builds in. */
  readonly newBuilderPod: () => BuilderPod
  readonly registryUrl: string
}

/** Dockerfile steps in turns with the builder alone, with a pod of the image, and with plain tar. */
export async function measureBuilds(plan: Plan, probe: Probe): Promise<void> {
  const builds = await openBuilds(plan, probe)
  for (let round = 1; round <= plan.builds; round++) {
    probe.say(`${plan.mode}: builds, round ${round} of ${plan.builds}`)
    await probe.hook.call('prepare')
    await measureColdBuild(builds)
    for (const context of plan.contexts) await measureContext(context, builds)
    await measureKeptLayers(builds)
    await probe.hook.call('cleanup')
    await measureKeptImage(builds)
  }
}

async function openBuilds({ namespace }: Plan, probe: Probe): Promise<Builds> {
  const { hook, cluster } = probe
  const env = process.env
  const build: Builds['build'] = async (more = {}) =>
    await hook.call('build', {
      [`${prefix}TIMINGS_FILE`]: timingsFile,
      GITHUB_REPOSITORY: `octo/${namespace}`,
      GITHUB_EVENT_NAME: 'push',
      ...more
    })
  // The first build also brings the images of the builder and the base where later ones find them.
  await hook.call('prepare')
  await writeAction()
  const { pod } = await cluster.watchFor('k8s-hooks/role=builder')
  await build()
  const spec: V1PodSpec | undefined = (await pod).spec
  await hook.call('cleanup')
  return {
    ...probe,
    build,
    newBuilderPod: () => builderPodLike(spec ?? { containers: [] }),
    registryUrl: `http://${env[`${prefix}REGISTRY_HOST`] ?? ''}:${env[`${prefix}REGISTRY_PORT`] ?? ''}`
  }
}

/** Content that nothing has been built of. */
async function writeAction(more?: Tree): Promise<void> {
  await rm(action, { recursive: true, force: true })
  await mkdir(action, { recursive: true })
  await writeFile(`${action}/Dockerfile`, dockerfile)
  await writeFile(`${action}/content.txt`, randomUUID())
  if (more !== undefined) await writeTree(`${action}/more`, more)
}

async function measureColdBuild(builds: Builds): Promise<void> {
  const { measure, build } = builds
  await writeAction()
  let image: string | undefined
  await measure('cold build', async () => {
    const end = await build()
    image = end.image
    return end
  })
  await measure('second use', () => build())
  await measureImageRun(image ?? '', builds)
  await measureBuilderAlone(builds)
}

async function measureImageRun(image: string, { measure, cluster }: Builds): Promise<void> {
  const name = `image-run-${randomUUID().slice(0, 8)}`
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [{ name: 'step', image }] }
  await measure('image run', async () => {
    await cluster.startPod(name, spec, 'succeeded')
    return undefined
  })
  await cluster.deletePod(name)
}

async function measureBuilderAlone({ measure, cluster, newBuilderPod, registryUrl }: Builds): Promise<void> {
  const { name, spec, tag } = newBuilderPod()
  await cluster.startPod(name, spec, 'initializing')
  await sendByTar(cluster, name, action)
  await measure('builder alone', async () => {
    await cluster.advancePod(name, () => letBuild(cluster, name), 'succeeded')
    return undefined
  })
  await cluster.deletePod(name)
  await deleteTags(registryUrl, [tag])
}

async function measureContext(context: Tree, { measure, cluster, build, newBuilderPod }: Builds): Promise<void> {
  await writeAction(context)
  await measure(`context, ${context.name}`, () => build())
  const { name, spec } = newBuilderPod()
  await cluster.startPod(name, spec, 'initializing')
  await measure(`context tar, ${context.name}`, async () => {
    await sendByTar(cluster, name, action)
    return undefined
  })
  await cluster.deletePod(name)
}

async function measureKeptLayers({ measure, build }: Builds): Promise<void> {
  const layers = { [`${prefix}BUILD_CACHE`]: 'layers' }
  await writeAction()
  await build(layers)
  await writeAction()
  await measure('kept layers', () => build(layers))
}

/** Two jobs, of which the second finds what the first has built. */
async function measureKeptImage({ measure, hook, build }: Builds): Promise<void> {
  const images = { [`${prefix}BUILD_CACHE`]: 'images' }
  const inJob = async (work: () => Promise<unknown>): Promise<void> => {
    await hook.call('prepare')
    await work()
    await hook.call('cleanup')
  }
  await writeAction()
  await inJob(() => build(images))
  await inJob(() => measure('kept image' satisfies Subject, () => build(images)))
}
