import { kubectl } from './kubectl.ts'

const mostTries = 5

/**
 * Lets a step go on that waits for `/tmp/go`. Where the connection between API server and node ends without a word, kubectl has nothing to print and
 * its exit code is 0: only what the container says counts.
 */
export async function letGo(namespace: string, pod: string, container: string): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const said = await kubectl([
      '-n',
      namespace,
      'exec',
      pod,
      '-c',
      container,
      '--',
      'sh',
      '-c',
      'touch /tmp/go && echo gone'
    ])
    if (said.includes('gone')) return
  }
  throw new Error(`The step in ${pod} could not be let go.`)
}
