import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureKubernetes } from '../binaries/ensure-kubernetes.ts'
import { type KubernetesModule, readKubernetesModule } from '../binaries/kubernetes-module.ts'
import type { Cache } from '../cache/ensure-cache-entry.ts'
import { type Cluster, kubectl } from '../cluster.ts'
import type { ClusterLayout } from '../cluster-layout.ts'
import { findComponent } from '../components/component-process.ts'
import { renderComponents } from '../components/render-components.ts'
import { startCluster } from '../components/start-cluster.ts'
import { checkStateDirectory, claimStateDirectory } from '../host/state-directory.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { renderManifests } from '../manifests/render-manifests.ts'
import { exclusively } from '../support/exclusive.ts'
import { pathExists } from '../support/path-exists.ts'
import { type ClusterIdentity, desiredIdentity, presentIdentity, recordIdentity } from './cluster-identity.ts'
import { ensureLayers, findMissing, sendToMirror, sendToNode } from './deliver-images.ts'
import { removeCluster } from './remove-cluster.ts'

/** Brings the cluster up with these images, whatever there is of it. */
export async function up(cluster: Cluster, images: readonly ImageDeclaration[]): Promise<void> {
  const { host, layout } = cluster
  const onWait = (): void => host.progress.say('waiting for another command on this cluster')
  await exclusively(layout.stateDir, { signal: host.signal, onWait }, async () => {
    const module = await readKubernetesModule(join(cluster.packageDir, 'kubernetes'))
    const identity = await desiredIdentity(cluster, module)
    await checkStateDirectory(layout.stateDir)
    await removeOther(cluster, identity)
    await claimStateDirectory(layout.stateDir)
    const present = (await presentIdentity(layout)) !== undefined
    try {
      await bringUp(cluster, images, { module, identity })
    } catch (error) {
      // What a full disk or a killed machine has left may be beyond repair, above all etcd's files; a new cluster is not.
      if (!present || host.signal.aborted) throw error
      host.progress.say(`the cluster does not come back: ${error instanceof Error ? error.message : String(error)}`)
      await host.progress.stage('damaged cluster removed', async () => await removeCluster(cluster))
      await claimStateDirectory(layout.stateDir)
      await bringUp(cluster, images, { module, identity })
    }
    host.progress.say(`cluster ${layout.name} is up`)
  })
}

/** Starts what does not run, and delivers the images that are not there. */
async function bringUp(
  cluster: Cluster,
  images: readonly ImageDeclaration[],
  { module, identity }: Pick<Start, 'module' | 'identity'>
): Promise<void> {
  const { host, layout } = cluster
  const cache = cacheOf(cluster)
  const missing = await findMissing(layout, images)
  const running = await isRunning(cluster)
  const [binaries] = await Promise.all([
    running ? undefined : ensureKubernetes(host, cache, module),
    ensureLayers({ host, cache }, missing)
  ])
  const deliverToNode = async (): Promise<void> => await sendToNode(cluster, cache, missing)
  if (binaries === undefined) await deliverToNode()
  else await start(cluster, { module, identity, binaries, deliverToNode })
  await sendToMirror(cluster, cache, missing)
}

function cacheOf({ host, settings }: Cluster): Cache {
  return {
    cacheDir: settings.cacheDir,
    signal: host.signal,
    onWait: what => host.progress.say(`waiting for another process that builds ${what}`)
  }
}

/** A cluster that was made from other inputs, not finished, or before the machine was restarted makes room. */
async function removeOther(cluster: Cluster, desired: ClusterIdentity): Promise<void> {
  const { host, layout } = cluster
  if (!(await pathExists(layout.stateDir))) return
  const present = await presentIdentity(layout)
  if (present?.key === desired.key && present.bootId === desired.bootId) return
  const why =
    present === undefined
      ? 'unfinished cluster removed'
      : present.key === desired.key
        ? 'cluster from before the last restart of this machine removed'
        : 'cluster made from other inputs removed'
  await host.progress.stage(why, async () => await removeCluster(cluster))
}

async function isRunning(cluster: Cluster): Promise<boolean> {
  const { layout } = cluster
  if ((await presentIdentity(layout)) === undefined) return false
  for (const { name } of renderComponents(layout)) if ((await findComponent(layout, name)) === undefined) return false
  return await kubectl(cluster, ['get', '--raw=/readyz']).then(
    () => true,
    () => false
  )
}

interface Start {
  readonly module: KubernetesModule
  readonly identity: ClusterIdentity
  /** Directory of Kubernetes' programs. */
  readonly binaries: string
  readonly deliverToNode: () => Promise<void>
}

async function start(cluster: Cluster, { module, identity, binaries, deliverToNode }: Start): Promise<void> {
  await cluster.host.progress.stage(`Kubernetes ${module.version} started`, async () => {
    await installBinaries(cluster.layout, binaries)
    await startCluster(cluster, deliverToNode)
    await removeEndedRegistry(cluster)
    await kubectl(cluster, ['apply', '-f', '-'], renderManifests(cluster.layout))
  })
  await recordIdentity(cluster.layout, identity)
}

/** A bare pod that has ended (evicted, node restarted) stays ended, and apply would find it unchanged. */
async function removeEndedRegistry(cluster: Cluster): Promise<void> {
  const ended = ['-l', 'app=registry', '--field-selector', 'status.phase!=Running,status.phase!=Pending']
  await kubectl(cluster, ['-n', 'default', 'delete', 'pods', ...ended])
}

/** The cluster runs from links in its own directory, so that the cache may go meanwhile. */
async function installBinaries({ bin }: ClusterLayout, source: string): Promise<void> {
  await mkdir(bin, { recursive: true })
  for (const name of await readdir(source)) {
    const [from, to] = [join(source, name), join(bin, name)]
    await rm(to, { force: true })
    await link(from, to).catch(async () => await copyFile(from, to))
  }
}
