import { readFile } from 'node:fs/promises'
import { kubernetesKey } from '../binaries/ensure-kubernetes.ts'
import { type KubernetesModule } from '../binaries/kubernetes-module.ts'
import type { Cluster } from '../cluster.ts'
import type { ClusterLayout } from '../cluster-layout.ts'
import { renderComponents } from '../components/render-components.ts'
import { renderConfiguration } from '../configuration/render-configuration.ts'
import { renderManifests } from '../manifests/render-manifests.ts'
import { certificateRequests } from '../pki/certificate-requests.ts'
import { contentKey } from '../support/content-key.ts'

/**
 * Equal for two checkouts exactly when they would bring up the same cluster. Images are not part of it: they are delivered one by one
 * to a running cluster.
 */
export async function desiredIdentity({ host, layout }: Cluster, module: KubernetesModule): Promise<string> {
  return contentKey({
    binaries: await kubernetesKey(host, module),
    components: JSON.stringify(renderComponents(layout)),
    configuration: JSON.stringify([...renderConfiguration(layout)]),
    certificates: JSON.stringify(certificateRequests),
    manifests: renderManifests(layout)
  })
}

/** Of the cluster that is there; undefined when there is none or it was not finished. */
export async function presentIdentity({ identity }: ClusterLayout): Promise<string | undefined> {
  return await readFile(identity, 'utf8').catch(() => undefined)
}
