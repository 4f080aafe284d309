import type { V1ContainerState, V1ContainerStatus, V1PodStatus } from '@kubernetes/client-node'
import { describe, expect, it } from '@jest/globals'
import { stageOf } from '../../src/kubernetes/pod-stage.ts'

function containersIn(...states: V1ContainerState[]): V1ContainerStatus[] {
  return states.map(state => ({ name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state }))
}

const initializing = { waiting: { reason: 'PodInitializing' } }
const creating = { waiting: { reason: 'ContainerCreating' } }
const onNode = [{ type: 'PodScheduled', status: 'True' }]

describe('stageOf', () => {
  it.each<{ what: string; status: V1PodStatus; stage: string }>([
    { what: 'of which nothing is known', status: {}, stage: 'schedule' },
    {
      what: 'that the scheduler has refused',
      status: { conditions: [{ type: 'PodScheduled', status: 'False' }] },
      stage: 'schedule'
    },
    { what: 'that has just got its node', status: { conditions: onNode }, stage: 'pull' },
    {
      what: 'with a container to be made',
      status: { containerStatuses: containersIn({ running: {} }, creating) },
      stage: 'pull'
    },
    {
      what: 'whose init container is to be made',
      status: { initContainerStatuses: containersIn(initializing), containerStatuses: containersIn(initializing) },
      stage: 'pull'
    },
    {
      what: 'whose init container runs',
      status: { initContainerStatuses: containersIn({ running: {} }), containerStatuses: containersIn(initializing) },
      stage: 'start'
    },
    { what: 'whose containers all run', status: { containerStatuses: containersIn({ running: {} }) }, stage: 'start' },
    {
      what: 'with a container that has ended',
      status: { containerStatuses: containersIn({ running: {} }, { terminated: { exitCode: 0 } }) },
      stage: 'start'
    }
  ])('is $stage for a pod $what', ({ status, stage }) => {
    expect(stageOf({ status })).toBe(stage)
  })
})
