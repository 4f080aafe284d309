import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import type { Cluster, ExecRequest, ExecResult, Workload } from '../../src/kubernetes/cluster.ts'
import type { BuilderDeps } from '../../src/builder/builder-deps.ts'
import { envSecretOf } from '../../src/pod-template/env-secret.ts'
import { identity } from '../pod-template/runner-pod-facts.ts'
import { recordingLogger } from '../support/recording-logger.ts'

/** What a test says of the one builder pod. */
export interface Script {
  /** Answers to `pods.get`, the last one again and again. */
  readonly pods: readonly (V1Pod | undefined)[]
  readonly exec?: (request: ExecRequest) => Promise<ExecResult>
  readonly log?: readonly string[]
  /** Log of the container that pushes, where there is one. */
  readonly pushLog?: readonly string[]
  /** What the registry answers; the digest of 64 d's when absent. */
  readonly findDigest?: BuilderDeps['findDigest']
}

export interface FakeBuilderDeps {
  readonly deps: BuilderDeps
  readonly lines: readonly string[]
  readonly started: readonly Workload[]
  readonly deleted: readonly string[]
}

const unexpected = (verb: string) => (): Promise<never> => Promise.reject(new Error(`Unexpected call to ${verb}`))

/** A cluster in which one Job runs one pod, told by a script; anything else is refused. */
export function fakeBuilderDeps(script: Script): FakeBuilderDeps {
  const logger = recordingLogger()
  const pods = [...script.pods]
  const started: Workload[] = []
  const deleted: string[] = []
  const cluster: Cluster = {
    namespace: 'test',
    pods: {
      get: (_name, signal) => {
        signal.throwIfAborted()
        return Promise.resolve(pods.length > 1 ? pods.shift() : pods[0])
      },
      list: unexpected('pods.list'),
      create: unexpected('pods.create'),
      delete: name => Promise.resolve(void deleted.push(`pod ${name}`)),
      warnings: () => Promise.resolve([])
    },
    jobs: {
      list: unexpected('jobs.list'),
      create: unexpected('jobs.create'),
      delete: name => Promise.resolve(void deleted.push(`job ${name}`))
    },
    secrets: {
      get: unexpected('secrets.get'),
      list: unexpected('secrets.list'),
      create: unexpected('secrets.create'),
      delete: unexpected('secrets.delete')
    },
    exec: script.exec ?? unexpected('exec'),
    followLogs: ({ output, container }) => {
      for (const line of (container === 'push' ? script.pushLog : script.log) ?? []) output.write(`${line}\n`)
      return Promise.resolve()
    },
    readLogTail: unexpected('readLogTail')
  }
  const deps: BuilderDeps = {
    cluster,
    logger,
    startWorkload: workload => {
      started.push(workload)
      return Promise.resolve({ kind: 'Job', name: workload.name, podName: `${workload.name}-pod` })
    },
    secretEnvironment: (name, values) => envSecretOf(identity, name, values),
    runnerImage: 'runner:1',
    namePrefix: 'runner-abc',
    imagePullGraceMs: 0,
    stageTimeoutsMs: { schedule: undefined, pull: undefined, start: undefined },
    now: () => 0,
    sleep: async () => await new Promise(setImmediate),
    findDigest: script.findDigest ?? (() => Promise.resolve(`sha256:${'d'.repeat(64)}`))
  }
  return { deps, lines: logger.lines, started, deleted }
}

/** A pod whose containers are in the given states; one that is not named has no status yet. */
export function podWith(states: Readonly<Record<string, V1ContainerStatus['state']>>, phase = 'Pending'): V1Pod {
  const statuses = Object.entries(states).map(([name, state]) => ({
    name,
    image: `${name}:1`,
    imageID: '',
    ready: false,
    restartCount: 0,
    ...(state === undefined ? {} : { state })
  }))
  return {
    spec: { containers: [], nodeName: 'node-1' },
    status: {
      phase,
      initContainerStatuses: statuses.filter(({ name }) => name === 'receive'),
      containerStatuses: statuses.filter(({ name }) => name !== 'receive')
    }
  }
}
