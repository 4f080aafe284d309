import { addresses, type ClusterLayout } from '../cluster-layout.ts'
import type { RunProgram } from '../support/run-program.ts'
import { pathExists } from '../support/path-exists.ts'

/** Nothing of the machine's own ports, routes and packet filter changes: the cluster gets its own. */
export async function ensureNetworkNamespace(
  run: RunProgram,
  { name, networkNamespace }: ClusterLayout
): Promise<void> {
  if (!(await pathExists(networkNamespace))) await run('ip', ['netns', 'add', name])
  const ip = async (...args: readonly string[]): Promise<string> => await run('ip', ['-n', name, ...args])
  await ip('link', 'set', 'lo', 'up')
  const links = await ip('-brief', 'link', 'show')
  if (!/^br-node\b/m.test(links)) {
    await ip('link', 'add', 'br-node', 'type', 'bridge')
    await ip('addr', 'add', `${addresses.node}/24`, 'dev', 'br-node')
    await ip('link', 'set', 'br-node', 'up')
    // Services are addresses that only the packet filter knows; routing must let them pass.
    await ip('route', 'add', addresses.services, 'dev', 'br-node')
    // There is no way out of the cluster. Saying so at once beats a timeout of 20 s for each name that cannot be resolved.
    await ip('route', 'add', 'unreachable', 'default')
  }
  await run(
    ...insideNetwork(networkNamespace, [
      'sysctl',
      '-qw',
      'net.ipv4.ip_forward=1',
      // localhost:<nodePort> leads to a pod.
      'net.ipv4.conf.all.route_localnet=1',
      'net.bridge.bridge-nf-call-iptables=1'
    ])
  )
}

export async function removeNetworkNamespace(
  run: RunProgram,
  { name, networkNamespace }: ClusterLayout
): Promise<void> {
  if (await pathExists(networkNamespace)) await run('ip', ['netns', 'del', name])
}

/** Program and arguments that run a command in the namespace. Not `ip netns exec`: that one remounts /sys and hides the cgroups. */
export function insideNetwork(networkNamespace: string, command: readonly string[]): [string, readonly string[]] {
  return ['nsenter', [`--net=${networkNamespace}`, ...command]]
}
