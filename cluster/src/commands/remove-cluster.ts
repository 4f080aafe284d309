import { readdir, readFile, readlink, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../cluster.ts'
import type { ClusterLayout } from '../cluster-layout.ts'
import { endProcess, stopComponents } from '../components/component-process.ts'
import { listCgroupProcesses, removeCgroups } from '../host/cgroups.ts'
import { unmountBelow } from '../host/mounts.ts'
import { removeNetworkNamespace } from '../host/network-namespace.ts'
import { checkStateDirectory } from '../host/state-directory.ts'

/**
 * Removes every trace of the cluster: processes, mounts, network namespace, cgroups, files. Works on whatever a crash has left, and
 * touches nothing that is not this cluster's own: processes are found by its cgroup, mounts and files by its state directory.
 */
export async function removeCluster({ host, layout }: Cluster): Promise<void> {
  await checkStateDirectory(layout.stateDir)
  // The kubelet first: it would start the pods again.
  await stopComponents(layout, ['kubelet'])
  await stopComponents(layout, ['proxy', 'coredns', 'scheduler', 'controller-manager', 'apiserver'])
  const sockets = await listShimSockets(layout)
  await stopComponents(layout, ['etcd', 'containerd'])
  await killProcesses(layout)
  await unmountBelow(host.run, layout.stateDir)
  await removeNetworkNamespace(host.run, layout)
  await retireCgroups(layout)
  await rm(layout.stateDir, { recursive: true, force: true })
  await Promise.all(sockets.map(async path => await rm(path, { force: true })))
  await removeOutsideTraces(layout)
}

/** Shims and pods are in the cluster's cgroup. A shim may start a process while we look, hence the rounds. */
async function killProcesses({ name }: ClusterLayout): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const processes = await listCgroupProcesses(name)
    if (processes.length === 0) return
    for (const pid of processes) endProcess(pid, 'SIGKILL')
    await sleep(20)
  }
  throw new Error(`Processes of the cluster do not end: ${(await listCgroupProcesses(name)).join(', ')}`)
}

async function retireCgroups({ name }: ClusterLayout): Promise<void> {
  for (let round = 0; round < 50; round++) {
    if ((await removeCgroups(name)).length === 0) return
    await sleep(50)
  }
  throw new Error(`The cgroups of the cluster cannot be removed: ${(await removeCgroups(name)).join(', ')}`)
}

/** containerd puts the sockets of its shims outside of its state directory. */
async function listShimSockets({ run }: ClusterLayout): Promise<readonly string[]> {
  const tasks = join(run, 'containerd/io.containerd.runtime.v2.task/k8s.io')
  const addresses = (await listNames(tasks)).map(
    async id => await readFile(join(tasks, id, 'address'), 'utf8').catch(() => '')
  )
  return (await Promise.all(addresses))
    .filter(address => address !== '')
    .map(address => address.replace(/^unix:\/\//, ''))
}

/** Files that kubelet and CNI keep in fixed places of the machine. */
async function removeOutsideTraces({ name, stateDir }: ClusterLayout): Promise<void> {
  const links = '/var/log/containers'
  for (const link of await listNames(links)) {
    const target = await readlink(join(links, link)).catch(() => '')
    if (target.startsWith(`${stateDir}/`)) await rm(join(links, link), { force: true })
  }
  const results = '/var/lib/cni/results'
  const ours = new RegExp(`^${name}-[0-9a-f]{64}-`)
  for (const file of await listNames(results)) if (ours.test(file)) await rm(join(results, file), { force: true })
  for (const directory of [links, results, '/var/lib/cni', '/run/containerd/s', '/run/containerd']) {
    // Only when nothing of anybody else is in it.
    await rmdir(directory).catch(() => undefined)
  }
}

async function listNames(directory: string): Promise<readonly string[]> {
  return await readdir(directory).catch(() => [])
}
