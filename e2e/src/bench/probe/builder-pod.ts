import type { V1PodSpec } from '@kubernetes/client-node'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { randomUUID } from 'node:crypto'
import type { RawCluster } from './raw-cluster.ts'
import { withoutPlace } from './without-place.ts'

/** The folder that the hook's builder pod receives its context in. */
const receivedFolder = '/context'
const receiver = 'receive'

/** A builder pod of the hook's own making, once more, in which nothing but the builder works. */
export interface BuilderPod {
  readonly name: string
  readonly spec: V1PodSpec
  /** `repository:tag` that it pushes. */
  readonly tag: string
}

/**
 * @throws Error when the pod does not say which build it is for
 */
export function builderPodLike(spec: V1PodSpec): BuilderPod {
  const text = JSON.stringify(withoutPlace(spec))
  const handle = /k8s-hooks\.build=([0-9a-f-]{36})/.exec(text)?.[1]
  if (handle === undefined) throw new Error(`No label k8s-hooks.build in the builder's pod: ${text}`)
  const own = randomUUID()
  const copy = JSON.parse(text.replaceAll(handle, own)) as V1PodSpec
  return {
    name: `builder-alone-${own.slice(0, 8)}`,
    spec: { ...copy, initContainers: (copy.initContainers ?? []).map(withoutLingering) },
    tag: `k8s-hooks/${own}:${own}`
  }
}

/** The hook's receiver stays a moment for the sake of its connection; a limit has none to care for. */
function withoutLingering(container: NonNullable<V1PodSpec['initContainers']>[number]): typeof container {
  if (container.name !== receiver) return container
  return { ...container, command: ['sh', '-c', `until [ -e ${receivedFolder}/done ]; do sleep 0.01; done`] }
}

/** The plainest way there is to bring a context into the pod. */
export async function sendByTar(cluster: RawCluster, podName: string, folder: string): Promise<void> {
  const tar = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(tar, 'close')
  const target = `${receivedFolder}/source`
  await cluster.exec(podName, ['sh', '-c', `mkdir ${target} && tar -xf - -C ${target} --no-same-owner`], {
    // What nobody has begun to read is thrown away when the process ends, and a small context is out before the connection is up.
    stdin: tar.stdout.pipe(new PassThrough()),
    container: receiver
  })
  await ended
}

/** Lets the builder begin; the container ends with it, and may take the connection along. */
export async function letBuild(cluster: RawCluster, podName: string): Promise<void> {
  await cluster
    .exec(podName, ['touch', `${receivedFolder}/done`], { container: receiver })
    .catch((error: unknown) => void process.stderr.write(`${String(error)}\n`))
}
