import { copyFile, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureKubernetes } from '../binaries/ensure-kubernetes.ts'
import { readKubernetesModule } from '../binaries/kubernetes-module.ts'
import { type Cluster, kubectl } from '../cluster.ts'
import type { ClusterLayout } from '../cluster-layout.ts'
import { findComponent } from '../components/component-process.ts'
import { renderComponents } from '../components/render-components.ts'
import { startCluster } from '../components/start-cluster.ts'
import type { ImageDeclaration } from '../images/image-declaration.ts'
import { renderManifests } from '../manifests/render-manifests.ts'
import { exclusively } from '../support/exclusive.ts'
import { pathExists } from '../support/path-exists.ts'
import { desiredIdentity, presentIdentity } from './cluster-identity.ts'
import { type ImageDelivery, prepareDelivery } from './deliver-images.ts'
import { removeCluster } from './remove-cluster.ts'

/** Brings the cluster up with these images, whatever there is of it. */
export async function up(cluster: Cluster, images: readonly ImageDeclaration[]): Promise<void> {
  const { host, layout, settings } = cluster
  const onWait = (): void => host.progress.say('waiting for another command on this cluster')
  await exclusively(layout.stateDir, { signal: host.signal, onWait }, async () => {
    const module = await readKubernetesModule(join(cluster.packageDir, 'kubernetes'))
    const identity = await desiredIdentity(cluster, module)
    await removeOther(cluster, identity)
    const cache = {
      cacheDir: settings.cacheDir,
      signal: host.signal,
      onWait: (what: string) => host.progress.say(`waiting for another process that builds ${what}`)
    }
    const delivery = await prepareDelivery(cluster, cache, images)
    if (!(await isRunning(cluster, identity))) {
      await installBinaries(layout, await ensureKubernetes(host, cache, module))
      await host.progress.stage('cluster started', async () => await start(cluster, identity, delivery))
    }
    await delivery.toNode()
    await delivery.toMirror()
    host.progress.say(`cluster ${layout.name} is up`)
  })
}

/** A cluster made from other inputs makes room. */
async function removeOther(cluster: Cluster, identity: string): Promise<void> {
  const { host, layout } = cluster
  const present = await presentIdentity(layout)
  if (present === identity) return
  if (present === undefined && !(await pathExists(layout.stateDir))) return
  const why = present === undefined ? 'unfinished cluster removed' : 'cluster of another version removed'
  await host.progress.stage(why, async () => await removeCluster(cluster))
}

async function isRunning(cluster: Cluster, identity: string): Promise<boolean> {
  const { layout } = cluster
  if ((await presentIdentity(layout)) !== identity) return false
  for (const { name } of renderComponents(layout)) if ((await findComponent(layout, name)) === undefined) return false
  return await kubectl(cluster, ['get', '--raw=/readyz']).then(
    () => true,
    () => false
  )
}

/** The cluster runs from copies in its own directory, so that the cache may go meanwhile. */
async function installBinaries({ bin }: ClusterLayout, source: string): Promise<void> {
  await mkdir(bin, { recursive: true })
  for (const name of await readdir(source)) {
    const [from, to] = [join(source, name), join(bin, name)]
    await rm(to, { force: true })
    await link(from, to).catch(async () => await copyFile(from, to))
  }
}

async function start(cluster: Cluster, identity: string, delivery: ImageDelivery): Promise<void> {
  await startCluster(cluster, delivery.toNode)
  await kubectl(cluster, ['apply', '-f', '-'], renderManifests(cluster.layout))
  await writeFile(cluster.layout.identity, identity)
}
