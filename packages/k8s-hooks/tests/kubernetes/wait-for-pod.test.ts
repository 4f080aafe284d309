import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { describe, expect, it } from '@jest/globals'
import { waitForPod, type WaitForPodOptions } from '../../src/kubernetes/wait-for-pod.ts'

const running: V1ContainerState = { running: {} }
const pulling: V1ContainerState = { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } }
const backingOff: V1ContainerState = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } }
const creating: V1ContainerState = { waiting: { reason: 'ContainerCreating' } }
const notMade: V1ContainerState = { waiting: { reason: 'CreateContainerError', message: 'name is reserved' } }
const refused: V1ContainerState = { waiting: { reason: 'InvalidImageName', message: 'couldn’t parse' } }

function statusIn(state: V1ContainerState): V1ContainerStatus {
  return { name: 'main', image: 'redis:7', imageID: '', ready: false, restartCount: 0, state }
}

function podIn(state: V1ContainerState): V1Pod {
  return { metadata: { name: 'p' }, status: { phase: 'Pending', containerStatuses: [statusIn(state)] } }
}

interface Waited {
  readonly troubles: readonly string[]
  readonly outcome: unknown
  readonly elapsedMs: number
}

/** Waits with a clock of its own: each pod is what one poll finds, the last one lasts. */
async function wait(
  pods: readonly (V1Pod | undefined)[],
  options: Partial<WaitForPodOptions<string>> = {}
): Promise<Waited> {
  const left = [...pods]
  const troubles: string[] = []
  let nowMs = 0
  const outcome = await waitForPod<string>({
    pods: {
      get: () => Promise.resolve(left.length > 1 ? left.shift() : left[0]),
      warnings: () => Promise.resolve(['FailedMount: no such secret'])
    },
    podName: 'p',
    until: pod => (pod.status?.containerStatuses?.[0]?.state?.running === undefined ? undefined : 'runs'),
    timeoutMs: 600_000,
    imagePullGraceMs: 5_000,
    onTrouble: ({ message }) => troubles.push(message),
    signal: new AbortController().signal,
    sleep: ms => {
      nowMs += ms
      return Promise.resolve()
    },
    now: () => nowMs,
    ...options
  }).catch((error: unknown) => error)
  return { troubles, outcome, elapsedMs: nowMs }
}

describe('waitForPod', () => {
  it.each([
    { polls: 30, elapsedMs: 3000 },
    { polls: 40, elapsedMs: 8101 },
    { polls: 140, elapsedMs: 108_101 }
  ])('polls ten times a second for three seconds, then up to once a second: $polls', async ({ polls, elapsedMs }) => {
    const waited = await wait([...Array.from({ length: polls }, () => podIn(creating)), podIn(running)])
    expect(waited.outcome).toBe('runs')
    expect(Math.floor(waited.elapsedMs)).toBe(elapsedMs)
  })

  it('throws what until throws', async () => {
    const { outcome } = await wait([podIn(running)], {
      until: () => {
        throw new Error('a service has ended')
      }
    })
    expect(outcome).toMatchObject({ message: 'a service has ended' })
  })

  it('says that the pod was deleted', async () => {
    const { outcome } = await wait([podIn(creating), undefined])
    expect(outcome).toMatchObject({ code: 'POD_GONE', message: 'Pod p was deleted while the hook waited for it.' })
  })

  it('survives an image that cannot be pulled for less than the grace', async () => {
    const { outcome, troubles } = await wait([
      podIn(pulling),
      podIn(backingOff),
      podIn(pulling),
      podIn(creating),
      podIn(running)
    ])
    expect(outcome).toBe('runs')
    expect(troubles).toEqual([
      'Container main (image redis:7) cannot start: ErrImagePull: manifest unknown',
      'Container main (image redis:7) cannot start: ImagePullBackOff: Back-off pulling image'
    ])
  })

  it('gives up when an image cannot be pulled for the grace, whichever way the kubelet calls it', async () => {
    const { outcome, elapsedMs } = await wait([podIn(pulling), podIn(backingOff)])
    expect(outcome).toMatchObject({
      code: 'IMAGE_PULL_FAILED',
      message: 'Pod p: Container main (image redis:7) cannot start: ImagePullBackOff: Back-off pulling image'
    })
    expect(elapsedMs).toBeGreaterThanOrEqual(5_000)
    expect(elapsedMs).toBeLessThan(6_000)
  })

  it('counts the grace anew after a pull that went well', async () => {
    const minute = Array.from({ length: 60 }, () => podIn(creating))
    const { outcome } = await wait([podIn(pulling), ...minute, podIn(pulling), podIn(running)])
    expect(outcome).toBe('runs')
  })

  it('gives up at once when waiting cannot help', async () => {
    const { outcome, elapsedMs } = await wait([podIn(refused)])
    expect(outcome).toMatchObject({ code: 'IMAGE_PULL_FAILED' })
    expect(elapsedMs).toBe(0)
  })

  it('says what an image without a command needs', async () => {
    const message = 'no command specified'
    const { outcome, elapsedMs } = await wait([podIn({ waiting: { reason: 'CreateContainerError', message } })])
    expect(outcome).toMatchObject({ code: 'IMAGE_WITHOUT_COMMAND', hint: expect.stringContaining('ENTRYPOINT') })
    expect(elapsedMs).toBe(0)
  })

  it('lets the kubelet try for half a minute to make a container', async () => {
    const { outcome, elapsedMs } = await wait([podIn(notMade)])
    expect(outcome).toMatchObject({
      code: 'POD_FAILED',
      message: 'Pod p: Container main (image redis:7) cannot start: CreateContainerError: name is reserved'
    })
    expect(elapsedMs).toBeGreaterThanOrEqual(30_000)
    expect(elapsedMs).toBeLessThan(31_500)
  })

  it('says nothing of a container that the kubelet makes at the next try', async () => {
    const pods = [...Array.from({ length: 40 }, () => podIn(notMade)), podIn(running)]
    expect(await wait(pods)).toMatchObject({ outcome: 'runs', troubles: [] })
  })

  it('says a lasting trouble every minute, and at the end of the time what it was', async () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }]
    const { outcome, troubles } = await wait([{ metadata: { name: 'p' }, status: { phase: 'Pending', conditions } }], {
      timeoutMs: 150_000
    })
    expect(troubles).toEqual(Array.from({ length: 3 }, () => 'The pod cannot be scheduled: 0/1 nodes are available'))
    expect(outcome).toMatchObject({
      code: 'POD_TIMEOUT',
      message:
        'Pod p was not ready after 150 s: its phase is Pending; PodScheduled is False: 0/1 nodes are available. Its events: FailedMount: no such secret.'
    })
  })

  it('tells at the end of the time what is not ready, what the events say if anything, and which setting it was', async () => {
    const get = (): Promise<V1Pod> => Promise.resolve(podIn(creating))
    const pods = { get, warnings: () => Promise.resolve([]) }
    const { outcome } = await wait([podIn(creating)], { timeoutMs: 2_000, pods })
    expect(outcome).toMatchObject({
      code: 'POD_TIMEOUT',
      message:
        'Pod p was not ready after 2 s: its phase is Pending; container main (image redis:7) waits: ContainerCreating.',
      hint: 'ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS sets how long the hook waits.'
    })
  })

  it.each([
    { stage: 'schedule', pod: { metadata: { name: 'p' } }, words: 'had no node', setting: 'SCHEDULE' },
    { stage: 'pull', pod: podIn(creating), words: 'had not all of its images and volumes', setting: 'PULL' },
    {
      stage: 'start',
      pod: { metadata: { name: 'p' }, status: { containerStatuses: [statusIn(running)] } },
      words: 'was not ready, though its containers were started,',
      setting: 'START'
    }
  ])('has a limit of its own for the stage $stage, and names it', async ({ stage, pod, words, setting }) => {
    const stageTimeoutsMs = { schedule: undefined, pull: undefined, start: undefined, [stage]: 7_000 }
    const { outcome, elapsedMs } = await wait([pod], { stageTimeoutsMs, until: () => undefined })
    expect(outcome).toMatchObject({
      code: 'POD_TIMEOUT',
      message: expect.stringContaining(`Pod p ${words} after 7 s: its phase is`),
      hint: `ACTIONS_RUNNER_CONTAINER_HOOKS_${setting}_TIMEOUT_SECONDS sets how long the hook waits.`
    })
    expect(elapsedMs).toBeLessThan(8_500)
  })

  it('does not count a stage with a limit of its own for the whole', async () => {
    const polls = (pod: V1Pod, count: number): readonly V1Pod[] => Array.from({ length: count }, () => pod)
    const { outcome } = await wait([...polls({}, 200), ...polls(podIn(creating), 50), podIn(running)], {
      timeoutMs: 100_000,
      stageTimeoutsMs: { schedule: 3_600_000, pull: undefined, start: undefined }
    })
    expect(outcome).toBe('runs')
  })

  it('tells how long each stage took', async () => {
    const stages: unknown[] = []
    await wait([{}, {}, podIn(creating), podIn(creating), podIn(creating), podIn(running)], {
      onStages: spent => stages.push(spent)
    })
    expect(stages).toEqual([{ schedule: 200, pull: 300, start: 0 }])
  })

  it('ends with the reason of the signal', async () => {
    const { outcome } = await wait([podIn(creating)], { signal: AbortSignal.abort(new Error('cancelled')) })
    expect(outcome).toMatchObject({ message: 'cancelled' })
  })
})
