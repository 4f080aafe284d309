import { kubectl } from './kubectl.ts'

/** Where pods reach what a test listens on: the tests run on the node, whose address is the API server's. */
export async function nodeAddress(): Promise<string> {
  const server = await kubectl(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'])
  return new URL(server).hostname
}
