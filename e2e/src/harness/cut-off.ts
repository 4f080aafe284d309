import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { kubectl } from './kubectl.ts'

/**
 * Has the node drop everything that a pod sends, as when its network goes before it: no connection of it is ever closed. Returns
 * how that ends.
 */
export async function cutOff(namespace: string, pod: string): Promise<() => Promise<void>> {
  const address = await kubectl(['-n', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.status.podIP}'])
  const iptables = async (verb: '-I' | '-D'): Promise<void> => {
    await promisify(execFile)('iptables', ['-w', '-t', 'raw', verb, 'PREROUTING', '-s', address, '-j', 'DROP'])
  }
  await iptables('-I')
  return async () => await iptables('-D')
}
