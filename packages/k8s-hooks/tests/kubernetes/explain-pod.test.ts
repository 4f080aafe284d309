import type { V1ContainerState, V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node'
import { describe, expect, it } from '@jest/globals'
import { describePod, explainPod, explainTermination } from '../../src/kubernetes/explain-pod.ts'

function containerIn(state: V1ContainerState, ready = false): V1ContainerStatus {
  return { name: 'main', image: 'redis:7', imageID: '', ready, restartCount: 0, state }
}

function podWith(status: V1PodStatus): V1Pod {
  return { metadata: { name: 'p' }, status }
}

describe('explainPod', () => {
  it.each<{ what: string; status: V1PodStatus }>([
    { what: 'that has no status yet', status: {} },
    {
      what: 'that is being created',
      status: { containerStatuses: [containerIn({ waiting: { reason: 'ContainerCreating' } })] }
    },
    {
      what: 'that waits for its init container',
      status: { containerStatuses: [containerIn({ waiting: { reason: 'PodInitializing' } })] }
    },
    { what: 'that runs', status: { phase: 'Running', containerStatuses: [containerIn({ running: {} }, true)] } },
    { what: 'that has a node', status: { conditions: [{ type: 'PodScheduled', status: 'True' }] } }
  ])('says nothing of a pod $what', ({ status }) => {
    expect(explainPod(podWith(status))).toBeUndefined()
  })

  it.each([
    { reason: 'ErrImagePull', kind: 'image-pull', isFinal: false },
    { reason: 'ImagePullBackOff', kind: 'image-pull', isFinal: false },
    { reason: 'InvalidImageName', kind: 'image-pull', isFinal: true },
    { reason: 'ErrImageNeverPull', kind: 'image-pull', isFinal: true },
    { reason: 'CreateContainerConfigError', kind: 'start', isFinal: false },
    { reason: 'CreateContainerError', kind: 'start', isFinal: false },
    { reason: 'RunContainerError', kind: 'start', isFinal: false }
  ])('tells $reason of any container', ({ reason, kind, isFinal }) => {
    const message = `Container main (image redis:7) cannot start: ${reason}: words of the kubelet`
    const statuses = [containerIn({ waiting: { reason, message: 'words of the kubelet' } })]
    expect(explainPod(podWith({ containerStatuses: statuses }))).toEqual({ message, kind, isFinal })
    expect(explainPod(podWith({ initContainerStatuses: statuses }))).toEqual({ message, kind, isFinal })
  })

  it('knows that waiting does not give a command to an image without one', () => {
    const message = 'failed to generate container "b6" spec: failed to generate spec: no command specified'
    const statuses = [containerIn({ waiting: { reason: 'CreateContainerError', message } })]
    expect(explainPod(podWith({ containerStatuses: statuses }))).toMatchObject({ kind: 'no-command', isFinal: true })
  })

  it.each<{ what: string; status: V1PodStatus; message: string }>([
    {
      what: 'evicted',
      status: {
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        containerStatuses: [containerIn({ terminated: { exitCode: 137, reason: 'Error' } })]
      },
      message: 'The pod failed: Evicted: The node was low on resource: memory.'
    },
    {
      what: 'ended by its container',
      status: { containerStatuses: [containerIn({ terminated: { exitCode: 2, reason: 'Error' } })] },
      message: 'Container main ended with exit code 2 (Error)'
    },
    { what: 'not explained', status: {}, message: 'The pod failed: no reason given' }
  ])('tells of a failed pod that it was $what', ({ status, message }) => {
    expect(explainPod(podWith({ ...status, phase: 'Failed' }))).toEqual({ message, kind: 'failed', isFinal: true })
  })

  it('tells the words of the scheduler', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu.'
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
    expect(explainPod(podWith({ phase: 'Pending', conditions }))).toEqual({
      message: `The pod cannot be scheduled: ${message}`,
      kind: 'scheduling',
      isFinal: false
    })
  })
})

describe('explainTermination', () => {
  it.each<{ state: V1ContainerState; text: string | undefined }>([
    { state: { running: {} }, text: undefined },
    { state: { terminated: { exitCode: 0, reason: 'Completed' } }, text: undefined },
    { state: { terminated: { exitCode: 1 } }, text: 'Container main ended with exit code 1 (Error)' },
    {
      state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      text: 'Container main ended with exit code 137 (OOMKilled; it used more memory than its limit allows)'
    },
    {
      state: { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "x": not found\n' } },
      text: 'Container main ended with exit code 128 (StartError): exec: "x": not found'
    }
  ])('is "$text" for $state', ({ state, text }) => {
    expect(explainTermination(containerIn(state))).toBe(text)
  })
})

describe('describePod', () => {
  it.each<{ status: V1PodStatus; text: string }>([
    { status: {}, text: 'its phase is unknown' },
    {
      status: { phase: 'Running', containerStatuses: [containerIn({ running: {} }, true)] },
      text: 'its phase is Running'
    },
    {
      status: { phase: 'Running', containerStatuses: [containerIn({ running: {} })] },
      text: 'its phase is Running; container main runs, but is not ready'
    },
    {
      status: { phase: 'Pending', containerStatuses: [containerIn({ waiting: { reason: 'ContainerCreating' } })] },
      text: 'its phase is Pending; container main (image redis:7) waits: ContainerCreating'
    },
    {
      status: { phase: 'Pending', containerStatuses: [containerIn({})] },
      text: 'its phase is Pending; container main (image redis:7) waits'
    },
    {
      status: {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'True' },
          { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message: 'incomplete: [main]' },
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'unready: [main]' },
          { type: 'PodReadyToStartContainers', status: 'False' }
        ],
        containerStatuses: [containerIn({ terminated: { exitCode: 0 } })]
      },
      text: 'its phase is Pending; PodReadyToStartContainers is False'
    },
    {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }]
      },
      text: 'its phase is Pending; PodScheduled is False: Unschedulable: no node'
    },
    {
      status: { phase: 'Running', containerStatuses: [containerIn({ terminated: { exitCode: 3 } })] },
      text: 'its phase is Running; Container main ended with exit code 3 (Error)'
    }
  ])('is "$text"', ({ status, text }) => {
    expect(describePod(podWith(status))).toBe(text)
  })
})
