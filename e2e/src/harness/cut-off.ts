import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { kubectl } from './kubectl.ts'

/**
 * Takes a pod's end of the node's bridge down, as when its network goes before it: no connection of it is ever closed. There is
 * nothing to undo: it goes with the pod.
 */
export async function cutOff(namespace: string, pod: string): Promise<void> {
  const address = await kubectl(['-n', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.status.podIP}'])
  const mac = /lladdr (\S+)/.exec(await output('ip', ['neighbour', 'show', address]))?.[1] ?? 'unknown'
  const device = new RegExp(`^${mac} dev (\\S+)`, 'm').exec(await output('bridge', ['fdb', 'show']))?.[1]
  if (device === undefined)
    throw new Error(`The node has no device for pod ${pod} at ${address}, whose address is ${mac}.`)
  await output('ip', ['link', 'set', device, 'down'])
}

async function output(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, args)).stdout
}
