import { pathExists } from '../support/path-exists.ts'

export interface HostFacts {
  readonly userId: number | undefined
  readonly platform: string
  readonly architecture: string
  readonly nodeVersion: string
}

/**
 * Refuses a machine on which the cluster is not known to work.
 * @throws Error with one sentence for each problem
 */
export async function checkHost(facts: HostFacts, root = ''): Promise<void> {
  const cgroupRoot = `${root}/sys/fs/cgroup`
  const problems: string[] = []
  if (facts.platform !== 'linux' || facts.architecture !== 'x64') {
    problems.push(`The embedded cluster runs on Linux on x86-64, this is ${facts.platform} on ${facts.architecture}.`)
  } else if (await pathExists(`${cgroupRoot}/cgroup.controllers`)) {
    problems.push(
      'This machine uses cgroup v2 only; the embedded cluster is proven on cgroup v1 (or hybrid). Boot with systemd.unified_cgroup_hierarchy=0, or set KUBECONFIG to a cluster of your own.'
    )
  } else if (!(await pathExists(`${cgroupRoot}/pids`)) || !(await pathExists(`${cgroupRoot}/cpuset`))) {
    problems.push(`No cgroup v1 hierarchies are mounted below ${cgroupRoot}.`)
  } else if (!(await pathExists(`${root}/proc/sys/net/bridge`))) {
    problems.push(
      'The kernel does not filter packets on bridges, without which Services do not work: modprobe br_netfilter'
    )
  }
  if (facts.userId !== 0) problems.push('The embedded cluster needs root: it makes namespaces, mounts and cgroups.')
  if (!facts.nodeVersion.startsWith('v20.')) {
    problems.push(
      `Node 20 is needed, this is ${facts.nodeVersion}: the runner image gets this machine's node as externals/node20, the version that a runner starts hooks with.`
    )
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
}
