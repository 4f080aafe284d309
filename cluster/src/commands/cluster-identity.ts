import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { kubernetesKey } from '../binaries/ensure-kubernetes.ts'
import type { KubernetesModule } from '../binaries/kubernetes-module.ts'
import type { Cluster } from '../cluster.ts'
import type { ClusterLayout } from '../cluster-layout.ts'
import { renderComponents } from '../components/render-components.ts'
import { renderConfiguration } from '../configuration/render-configuration.ts'
import { renderManifests } from '../manifests/render-manifests.ts'
import { certificateRequests } from '../pki/certificate-requests.ts'
import { contentKey } from '../support/content-key.ts'

/** What a cluster was made from, and when: a cluster does not survive a restart of the machine. */
export interface ClusterIdentity {
  /** Equal for two checkouts exactly when they would bring up the same cluster. */
  readonly key: string
  readonly bootId: string
}

/** Changes when something about namespaces, cgroups or the way components are started changes: that stands in no rendered file. */
const revision = '2'

/** Images are not part of it: they are delivered one by one to a running cluster. */
export async function desiredIdentity({ host, layout }: Cluster, module: KubernetesModule): Promise<ClusterIdentity> {
  const key = contentKey({
    revision,
    binaries: await kubernetesKey(host, module),
    components: JSON.stringify(renderComponents(layout)),
    configuration: JSON.stringify([...renderConfiguration(layout)]),
    certificates: JSON.stringify(certificateRequests),
    manifests: renderManifests(layout)
  })
  return { key, bootId: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim() }
}

/** Of the cluster that is there; undefined when there is none or it was not finished. */
export async function presentIdentity({ identity }: ClusterLayout): Promise<ClusterIdentity | undefined> {
  const text = await readFile(identity, 'utf8').catch(() => '')
  const [key, bootId] = text.trim().split(' ')
  return key === undefined || bootId === undefined ? undefined : { key, bootId }
}

export async function recordIdentity(
  { identity, stateDir }: ClusterLayout,
  { key, bootId }: ClusterIdentity
): Promise<void> {
  await mkdir(stateDir, { recursive: true })
  await writeFile(identity, `${key} ${bootId}\n`)
}
