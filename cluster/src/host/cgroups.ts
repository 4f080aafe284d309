import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathExists } from '../support/path-exists.ts'

/** Hierarchies whose `components` group the control plane joins: found again by `down` even when every other trace is lost. */
const trackedHierarchies = ['memory', 'pids'] as const

/** Makes the cluster's cgroup in every v1 hierarchy. The kubelet puts pods below it; it must exist before. */
export async function ensureCgroups(name: string, root = '/sys/fs/cgroup'): Promise<void> {
  for (const hierarchy of await readdir(root)) {
    // The v2 part of a hybrid machine is runc's own business.
    if (hierarchy !== 'unified') await mkdir(join(root, hierarchy, name), { recursive: true })
  }
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    // A cpuset without CPUs takes no process.
    await writeFile(join(root, 'cpuset', name, file), await readFile(join(root, 'cpuset', file)))
  }
  // By default the whole cluster would weigh as much as one process of the machine.
  await writeFile(join(root, 'cpu', name, 'cpu.shares'), String(1024 * availableParallelism()))
  for (const path of componentCgroups(name, root)) await mkdir(path, { recursive: true })
}

/** Groups that a component joins before it starts. */
export function componentCgroups(name: string, root = '/sys/fs/cgroup'): readonly string[] {
  return trackedHierarchies.map(hierarchy => join(root, hierarchy, name, 'components'))
}

/** Every process in the cluster's cgroups: pods and components. */
export async function listCgroupProcesses(name: string, root = '/sys/fs/cgroup'): Promise<readonly number[]> {
  const found = new Set<number>()
  for (const group of await listGroups(name, root)) {
    const processes = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '')
    for (const line of processes.split('\n')) if (line !== '') found.add(Number(line))
  }
  return [...found]
}

/** Removes the cgroups, deepest first. Returns those that are still in use. */
export async function removeCgroups(name: string, root = '/sys/fs/cgroup'): Promise<readonly string[]> {
  const left: string[] = []
  for (const group of [...(await listGroups(name, root))].reverse()) {
    await rmdir(group).catch(() => left.push(group))
  }
  return left
}

/** The cluster's groups in all hierarchies, a parent before its children. */
async function listGroups(name: string, root: string): Promise<readonly string[]> {
  const groups: string[] = []
  const descend = async (path: string): Promise<void> => {
    groups.push(path)
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) await descend(join(path, entry.name))
    }
  }
  for (const hierarchy of await readdir(root)) {
    if (await pathExists(join(root, hierarchy, name))) await descend(join(root, hierarchy, name))
  }
  return groups
}
