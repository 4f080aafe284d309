import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Cluster, kubectl, runInside } from '../cluster.ts'
import { nodeName, type ClusterLayout } from '../cluster-layout.ts'
import { renderConfiguration } from '../configuration/render-configuration.ts'
import { ensureCgroups } from '../host/cgroups.ts'
import { ensureNetworkNamespace } from '../host/network-namespace.ts'
import { ensureCertificates } from '../pki/ensure-certificates.ts'
import { poll, TimedOut } from '../support/poll.ts'
import type { Component, ComponentName } from './component.ts'
import { findComponent, readLogTail, startComponent } from './component-process.ts'
import { renderComponents } from './render-components.ts'

/** Starts what does not run. `onContainerd` runs as soon as containerd answers, beside the rest. */
export async function startCluster(cluster: Cluster, onContainerd: () => Promise<void>): Promise<void> {
  const { host, layout } = cluster
  await ensureNetworkNamespace(host.run, layout)
  await ensureCgroups(layout.name)
  await ensureCertificates(host.run, layout.pki)
  for (const [path, content] of renderConfiguration(layout)) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  for (const directory of [`${layout.log}/pods`, layout.run, `${layout.stateDir}/kubelet`]) {
    await mkdir(directory, { recursive: true })
  }
  const components = renderComponents(layout)
  await startAll(cluster, components, ['containerd', 'etcd', 'apiserver'])
  await waitFor(
    cluster,
    'containerd',
    async () => await runInside(cluster, ['ctr', '-a', layout.containerdSocket, 'version'])
  )
  const imported = onContainerd()
  // Awaited below; its failure must not count as unhandled meanwhile.
  imported.catch(() => undefined)
  await waitFor(cluster, 'apiserver', async () => await kubectl(cluster, ['get', '--raw=/readyz']), ['etcd'])
  await startAll(cluster, components, ['controller-manager', 'scheduler', 'kubelet', 'proxy', 'coredns'])
  await waitFor(cluster, 'kubelet', async () => {
    const ready = '-o=jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    if ((await kubectl(cluster, ['get', 'node', nodeName, ready])) !== 'True')
      throw new Error('The node is not Ready yet.')
  })
  await waitFor(
    cluster,
    'controller-manager',
    async () => await kubectl(cluster, ['get', 'serviceaccount', 'default', '-n=default'])
  )
  await imported
}

async function startAll(
  { layout }: Cluster,
  components: readonly Component[],
  names: readonly ComponentName[]
): Promise<void> {
  for (const component of components) if (names.includes(component.name)) await startComponent(layout, component)
}

/** Asks until `probe` succeeds. A component that has died, or one that it needs, is told from one that is slow: its log is shown. */
async function waitFor(
  { host, layout }: Cluster,
  name: ComponentName,
  probe: () => Promise<unknown>,
  needs: readonly ComponentName[] = []
): Promise<void> {
  const ask = async (): Promise<true | undefined> => {
    const answered = await probe().then(
      () => true as const,
      () => undefined
    )
    if (answered === undefined) for (const one of [...needs, name]) await expectAlive(layout, one)
    return answered
  }
  try {
    await poll(ask, { signal: host.signal, intervalMs: 100, timeoutMs: 60_000, what: `A ready ${name}` })
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error
    throw new Error(`${error.message} Its last words:\n${await readLogTail(layout, name)}`, { cause: error })
  }
}

async function expectAlive(layout: ClusterLayout, name: ComponentName): Promise<void> {
  if ((await findComponent(layout, name)) !== undefined) return
  throw new Error(`${name} ended while it was starting. Its last words:\n${await readLogTail(layout, name)}`)
}
