import { CoreV1Api, Exec, KubeConfig, Watch, type V1Pod, type V1PodSpec } from '@kubernetes/client-node'
import { once } from 'node:events'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'

/** The cluster as the plain client library reaches it: what a hook cannot be faster than. */
export interface RawCluster {
  readonly specOf: (podName: string) => Promise<V1PodSpec>
  /** Creates a pod and waits by watch until it is ready. */
  readonly startPod: (name: string, spec: V1PodSpec) => Promise<void>
  /** Creates a pod and waits by watch until it has succeeded. */
  readonly runPod: (name: string, spec: V1PodSpec) => Promise<void>
  readonly deletePod: (name: string) => Promise<void>
  /** Runs a command over a connection of its own; returns the bytes of its output. */
  readonly exec: (podName: string, command: readonly string[], streams?: ExecStreams) => Promise<number>
}

export interface ExecStreams {
  readonly stdin?: Readable
  readonly stdout?: Writable
}

const container = 'job'

export function createRawCluster(namespace: string): RawCluster {
  const config = new KubeConfig()
  config.loadFromCluster()
  const core = config.makeApiClient(CoreV1Api)
  const createAndWait = async (name: string, spec: V1PodSpec, isDone: (pod: V1Pod) => boolean): Promise<void> => {
    const { done } = await openWatch(config, { namespace, name, isDone })
    await core.createNamespacedPod({ namespace, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } })
    await done
  }
  return {
    specOf: async name => (await core.readNamespacedPod({ namespace, name })).spec ?? { containers: [] },
    startPod: async (name, spec) => await createAndWait(name, spec, isReady),
    runPod: async (name, spec) => await createAndWait(name, spec, pod => pod.status?.phase === 'Succeeded'),
    deletePod: async name => {
      await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 })
    },
    exec: async (podName, command, streams = {}) => await execIn(config, { namespace, podName, command, ...streams })
  }
}

function isReady(pod: V1Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

interface Awaited {
  readonly namespace: string
  readonly name: string
  readonly isDone: (pod: V1Pod) => boolean
}

/** Resolves with the wait itself once the watch is open, so that no event is missed. A watch that the server ends is opened again. */
async function openWatch(config: KubeConfig, { namespace, name, isDone }: Awaited): Promise<{ done: Promise<void> }> {
  const path = `/api/v1/namespaces/${namespace}/pods`
  let stop = (): void => undefined
  let resolveDone = (): void => undefined
  const seen = new Promise<void>(resolve => (resolveDone = resolve))
  let isSeen = false
  const onPod = (_phase: string, pod: V1Pod): void => {
    if (isSeen || !isDone(pod)) return
    isSeen = true
    resolveDone()
  }
  const open = async (): Promise<void> => {
    const again = (): void => {
      if (!isSeen) void open()
    }
    const controller = await new Watch(config).watch(path, { fieldSelector: `metadata.name=${name}` }, onPod, again)
    stop = () => controller.abort()
  }
  await open()
  return { done: seen.finally(() => stop()) }
}

interface ExecIn extends ExecStreams {
  readonly namespace: string
  readonly podName: string
  readonly command: readonly string[]
}

async function execIn(config: KubeConfig, { namespace, podName, command, stdin, stdout }: ExecIn): Promise<number> {
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
