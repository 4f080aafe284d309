import { describe, expect, it } from '@jest/globals'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { PassThrough } from 'node:stream'
import { runStepPod } from '../../src/step-pod/run-step-pod.ts'
import { createTimings } from '../../src/support/timings.ts'
import { unexpectedCluster, type PartialCluster } from '../kubernetes/unexpected-cluster.ts'
import { runnerPodWith, sharedRunnerPod } from '../pod-template/runner-pod-facts.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { stepRequest } from './step-request.ts'

interface Run {
  readonly exitCode: Promise<number>
  readonly calls: readonly string[]
  readonly lines: readonly string[]
}

const status = (name: string, state: V1ContainerStatus['state']): V1ContainerStatus => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...(state === undefined ? {} : { state })
})
const ended = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): V1Pod => ({
  spec: { nodeName: 'node-1', containers: [] },
  status: {
    containerStatuses: [status('main', { terminated: { exitCode, reason } })]
  }
})

const secretName = 'secret runner-abc-step-1-env'
const denied = new HookError('PERMISSION_DENIED', 'may not create jobs')

/** A cluster without Jobs, whose one pod is in the given state; every verb is written down. */
function run(
  pod: V1Pod,
  given: {
    shared?: boolean
    cluster?: PartialCluster
    env?: Record<string, string>
    signal?: AbortSignal
    push?: () => Promise<void>
  } = {}
): Run {
  const calls: string[] = []
  const note = (call: string): Promise<void> => Promise.resolve(void calls.push(call))
  const logger = recordingLogger()
  const cluster = unexpectedCluster({
    followLogs: ({ container }) => note(`log ${container}`),
    ...given.cluster,
    pods: {
      get: () => Promise.resolve(pod),
      create: async created => {
        await note('create pod')
        return created
      },
      delete: name => note(`delete pod ${name}`),
      ...given.cluster?.pods
    },
    jobs: { create: () => Promise.reject(denied), ...given.cluster?.jobs },
    secrets: {
      create: async secret => {
        await note(`create secret ${secret.metadata?.name ?? ''}`)
        return secret
      },
      delete: name => note(`delete secret ${name}`),
      ...given.cluster?.secrets
    }
  })
  const runnerPod = given.shared === false ? runnerPodWith() : sharedRunnerPod
  const exitCode = runStepPod(
    stepRequest({ runnerPod }, given.env === undefined ? {} : { environmentVariables: given.env }),
    {
      cluster,
      settings: {
        prepareJobTimeoutMs: 5000,
        imagePullGraceMs: 0,
        stageTimeoutsMs: { schedule: 5000, pull: 5000, start: 5000 }
      },
      logger,
      timings: createTimings(undefined, { command: 'run_container_step', logger }),
      output: new PassThrough(),
      openWorkspace: () => ({
        isReachable: () => note('try').then(() => calls.filter(call => call === 'try').length > 2),
        push: () => given.push?.() ?? note('push'),
        release: () => note('release'),
        pull: () => note('pull'),
        close: () => note('close')
      })
    },
    given.signal ?? new AbortController().signal
  )
  return { exitCode, calls, lines: logger.lines }
}

describe('runStepPod', () => {
  it.each([0, 3])('gives the container’s exit code %d, and leaves neither pod nor Secret', async code => {
    const { exitCode, calls } = run(ended(code))
    expect(await exitCode).toBe(code)
    expect(calls).toEqual([
      `create ${secretName}`,
      'create pod',
      'log main',
      'delete pod runner-abc-step-1',
      `delete ${secretName}`
    ])
  })

  it('brings the workspace before the action and fetches it after, also after a failed one', async () => {
    const { exitCode, calls } = run(ended(3), { shared: false })
    expect(await exitCode).toBe(3)
    const before = ['create pod', 'try', 'try', 'try', 'push', `create ${secretName}`, 'release']
    expect(calls.slice(0, -2)).toEqual([...before, 'log main', 'pull', 'close'])
  })

  it('starts no action whose workspace did not arrive: its Secret is not created', async () => {
    const { exitCode, calls } = run(ended(0), { shared: false, push: () => Promise.reject(new Error('cut')) })
    await expect(exitCode).rejects.toThrow('cut')
    expect(calls.filter(call => call.startsWith('create'))).toEqual(['create pod'])
    expect(calls.slice(-3)).toEqual(['close', 'delete pod runner-abc-step-1', `delete ${secretName}`])
  })

  it('tries to reach no pod that has no node yet', async () => {
    const looks = [{ status: { phase: 'Pending' } }, ended(0)]
    const get = (): Promise<V1Pod | undefined> => Promise.resolve(looks.length > 1 ? looks.shift() : looks[0])
    const { exitCode, calls } = run(ended(0), { shared: false, cluster: { pods: { get } } })
    expect(await exitCode).toBe(0)
    expect(calls.filter(call => call === 'try')).toHaveLength(3)
  })

  it('fetches the workspace of an action that ran out of memory before it says so', async () => {
    const { exitCode, calls } = run(ended(137, 'OOMKilled'), { shared: false })
    await expect(exitCode).rejects.toMatchObject({ code: 'STEP_OUT_OF_MEMORY' })
    expect(calls.slice(-4)).toEqual(['pull', 'close', 'delete pod runner-abc-step-1', `delete ${secretName}`])
  })

  it('has no limit for the kubelet to report the end of a container that has started', async () => {
    const runs: V1Pod = { status: { containerStatuses: [status('main', { running: {} })] } }
    const looks = [runs, runs, runs, ended(3)]
    const get = (): Promise<V1Pod | undefined> => Promise.resolve(looks.shift())
    expect(await run(ended(3), { cluster: { pods: { get } } }).exitCode).toBe(3)
    expect(looks).toEqual([])
  })

  it('tells why a pod was evicted instead of the 137 of its container', async () => {
    const pod = { status: { ...ended(137).status, phase: 'Failed', reason: 'Evicted', message: 'disk is full' } }
    await expect(run(pod).exitCode).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: expect.stringContaining('Evicted: disk is full')
    })
  })

  it('deletes the Secret when its creation was cut off, because it may exist', async () => {
    const controller = new AbortController()
    const { exitCode, calls } = run(ended(0), {
      signal: controller.signal,
      cluster: {
        secrets: {
          create: () => {
            controller.abort(new Error('cancelled'))
            return Promise.reject(new Error('cancelled'))
          }
        }
      }
    })
    await expect(exitCode).rejects.toThrow('cancelled')
    expect(calls).toEqual([`delete ${secretName}`])
  })

  it('gives a cancelled pod two seconds and deletes it with its Secret', async () => {
    const controller = new AbortController()
    const graces: (number | undefined)[] = []
    const { exitCode, calls } = run(ended(0), {
      signal: controller.signal,
      cluster: {
        followLogs: ({ signal }) => {
          controller.abort(new Error('cancelled'))
          return Promise.reject(signal.reason as Error)
        },
        pods: {
          delete: (_name, { gracePeriodSeconds, signal }) =>
            Promise.resolve(void graces.push(gracePeriodSeconds, signal.aborted ? 1 : 0))
        }
      }
    })
    await expect(exitCode).rejects.toThrow('cancelled')
    expect(graces).toEqual([2, 0])
    expect(calls.at(-1)).toBe(`delete ${secretName}`)
  })

  it('keeps the result of the step when a deletion fails, and says what is left', async () => {
    const { exitCode, calls, lines } = run(ended(3), {
      cluster: { pods: { delete: () => Promise.reject(new Error('etcd is away')) } }
    })
    expect(await exitCode).toBe(3)
    expect(calls.at(-1)).toBe(`delete ${secretName}`)
    expect(lines).toEqual(['warning: Something of the step is left until the job ends: etcd is away'])
  })

  it('warns of a variable that Kubernetes refuses', async () => {
    const { exitCode, lines } = run(ended(0), { env: { 'INPUT_A:B': 'x' } })
    await exitCode
    expect(lines).toEqual([
      'warning: Kubernetes has no environment variable named "INPUT_A:B"; the step goes without it.'
    ])
  })

  it('adds CI and GITHUB_ACTIONS, CI only where the author has not set it', async () => {
    const data: unknown[] = []
    const create: NonNullable<PartialCluster['secrets']>['create'] = secret => {
      data.push(Object.values(secret.data ?? {}).map(value => Buffer.from(value, 'base64').toString()))
      return Promise.resolve(secret)
    }
    await run(ended(0), { env: { CI: 'no', GITHUB_ACTIONS: 'no' }, cluster: { secrets: { create } } }).exitCode
    await run(ended(0), { env: {}, cluster: { secrets: { create } } }).exitCode
    expect(data).toEqual([
      ['no', 'true'],
      ['true', 'true']
    ])
  })
})
