import { kubectl, tryKubectl } from './kubectl.ts'
import type { Site } from './site.ts'

const mostLooks = 300

/** The pod of a container step, as `pod/name`; undefined while there is none. */
export async function stepPodOf({ namespace }: Pick<Site, 'namespace'>): Promise<string | undefined> {
  const pods = await kubectl(['-n', namespace, 'get', 'pods', '-o', 'name'])
  return pods.split('\n').find(name => name.includes('-step-'))
}

/** Copy mode: resolves when files are being carried into the pod of a step. */
export async function stagingBegins(site: Pick<Site, 'namespace'>): Promise<void> {
  // Each look is a kubectl call of its own: no further pause is needed.
  for (let looks = 0; looks < mostLooks; looks++) {
    const pod = await stepPodOf(site)
    if (pod === undefined) continue
    const look = ['-n', site.namespace, 'exec', pod, '-c', 'transfer', '--', 'ls', '/__k8s_hooks/carrier']
    if ((await tryKubectl(look)).stdout !== '') return
  }
  throw new Error(`No files are carried into a step pod in ${site.namespace} after ${mostLooks} looks.`)
}
