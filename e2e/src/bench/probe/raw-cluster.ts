import { CoreV1Api, Exec, KubeConfig, type V1Pod, type V1PodSpec } from '@kubernetes/client-node'
import { once } from 'node:events'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { openWatch } from './open-watch.ts'
import { hasCome, type PodProgress } from './pod-progress.ts'

/** The cluster as the plain client library reaches it: what a hook cannot be faster than. */
export interface RawCluster {
  readonly specOf: (podName: string) => Promise<V1PodSpec>
  /** Creates a pod and waits by watch until it has come so far. */
  readonly startPod: (name: string, spec: V1PodSpec, until: PodProgress) => Promise<void>
  /** Begins to wait by watch for the first pod that a label selects; `pod` resolves with it. */
  readonly watchFor: (labelSelector: string) => Promise<{ readonly pod: Promise<V1Pod> }>
  /** Does something to a pod, and waits by watch until the pod has come so far. */
  readonly advancePod: (name: string, work: () => Promise<unknown>, until: PodProgress) => Promise<void>
  readonly deletePod: (name: string) => Promise<void>
  /** Runs a command over a connection of its own; returns the bytes of its output. */
  readonly exec: (podName: string, command: readonly string[], streams?: ExecStreams) => Promise<number>
}

export interface ExecStreams {
  readonly stdin?: Readable
  readonly stdout?: Writable
  /** "job" when absent. */
  readonly container?: string
}

export function createRawCluster(namespace: string): RawCluster {
  const config = new KubeConfig()
  config.loadFromCluster()
  const core = config.makeApiClient(CoreV1Api)
  const advancePod: RawCluster['advancePod'] = async (name, work, until) => {
    const { pod } = await openWatch(config, namespace, { fieldSelector: `metadata.name=${name}` }, hasCome[until])
    await Promise.all([pod, work()])
  }
  return {
    specOf: async name => (await core.readNamespacedPod({ namespace, name })).spec ?? { containers: [] },
    startPod: async (name, spec, until) => {
      const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
      await advancePod(name, () => core.createNamespacedPod({ namespace, body }), until)
    },
    watchFor: async labelSelector => await openWatch(config, namespace, { labelSelector }, () => true),
    advancePod,
    deletePod: async name => {
      await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 })
    },
    exec: async (podName, command, streams = {}) => await execIn(config, { namespace, podName, command, ...streams })
  }
}

interface ExecIn extends ExecStreams {
  readonly namespace: string
  readonly podName: string
  readonly command: readonly string[]
}

async function execIn(config: KubeConfig, options: ExecIn): Promise<number> {
  const { namespace, podName, container = 'job', command, stdin, stdout } = options
  let bytes = 0
  const counting = new PassThrough()
  counting.on('data', (chunk: Buffer) => (bytes += chunk.length))
  if (stdout === undefined) counting.resume()
  else counting.pipe(stdout)
  const input = stdin === undefined ? null : new PassThrough({ highWaterMark: maxUnsentBytes })
  await new Promise<void>((resolve, reject) => {
    new Exec(config)
      .exec(
        namespace,
        podName,
        container,
        [...command],
        counting,
        process.stderr,
        input,
        false,
        ({ status, message }) =>
          status === 'Success' ? resolve() : reject(new Error(`${command.join(' ')}: ${message ?? 'failed'}`))
      )
      .then(socket => {
        socket.on('error', reject)
        if (stdin !== undefined && input !== null) void feed(stdin, input, () => socket.bufferedAmount)
      }, reject)
  })
  counting.end()
  if (stdout !== undefined) await finished(stdout)
  return bytes
}

const maxUnsentBytes = 4 * 2 ** 20

/** The library sends as fast as it reads; without a brake it would hold all of it in memory, which is no limit of anything. */
async function feed(from: Readable, to: PassThrough, unsentBytes: () => number): Promise<void> {
  for await (const chunk of from) {
    while (unsentBytes() > maxUnsentBytes) await setImmediate()
    if (!to.write(chunk)) await once(to, 'drain')
  }
  to.end()
}
