import { describe, expect, it } from '@jest/globals'
import type { V1Pod, V1PodSpec } from '@kubernetes/client-node'
import { readRunnerPod, type RunnerPod, type WorkClaim } from '../../src/pod-template/runner-pod.ts'
import { affinityOf } from '../../src/pod-template/node-affinity.ts'
import { runnerPodWith, sharedRunnerPod, workFolder } from './runner-pod-facts.ts'

const { signal } = new AbortController()
const settings = {
  runnerPodName: 'runner-abc',
  workClaimName: undefined,
  workClaimAccess: undefined,
  runnerImage: undefined
}
const claim = (name: string): NonNullable<V1PodSpec['volumes']>[number] => ({
  name: 'work',
  persistentVolumeClaim: { claimName: name }
})

const podOf = (spec: V1PodSpec): V1Pod => ({ metadata: { name: 'runner-abc', uid: 'uid-1' }, spec })

async function read(pod: V1Pod | undefined, given: Partial<typeof settings> | object = {}): Promise<RunnerPod> {
  const pods = {
    get: (name: string) => {
      expect(name).toBe('runner-abc')
      return Promise.resolve(pod)
    }
  }
  return await readRunnerPod(pods, { ...settings, ...given }, workFolder, signal)
}

async function claimOf(
  mounts: NonNullable<V1PodSpec['containers'][number]['volumeMounts']>,
  volumes: V1PodSpec['volumes'] = [claim('claim')],
  given: object = {}
): Promise<WorkClaim | undefined> {
  const env = [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'TEAM', value: 'a' }
  ]
  const spec = { containers: [{ name: 'runner', image: 'runner:1', volumeMounts: mounts, env }], volumes }
  return (await read(podOf(spec), given)).workClaim
}

describe('readRunnerPod', () => {
  it('tells name, uid, node and image of the container called runner, wherever it stands', async () => {
    const containers = [
      { name: 'istio-proxy', image: 'proxy:1' },
      { name: 'runner', image: 'runner:1' }
    ]
    expect(await read(podOf({ containers, nodeName: 'node-1' }))).toEqual(runnerPodWith())
  })

  it('takes the first container where none is called runner', async () => {
    const pod = podOf({ containers: [{ name: 'agent', image: 'agent:1' }] })
    expect((await read(pod)).image).toBe('agent:1')
  })

  it('prefers the image of the settings', async () => {
    const pod = podOf({ containers: [{ name: 'runner', image: 'runner:1' }] })
    expect((await read(pod, { runnerImage: 'mine:2' })).image).toBe('mine:2')
  })

  it('says which setting is wrong when there is no such pod', async () => {
    await expect(read(undefined)).rejects.toMatchObject({ code: 'RUNNER_POD_MISSING' })
  })

  it.each([
    { at: 'the work folder', mount: { mountPath: workFolder }, subPath: '' },
    { at: 'the work folder with a slash behind it', mount: { mountPath: `${workFolder}/` }, subPath: '' },
    { at: 'a folder above', mount: { mountPath: '/home/runner' }, subPath: '_work' },
    { at: 'a folder above, by subPath', mount: { mountPath: '/home/runner', subPath: 'r/1/' }, subPath: 'r/1/_work' },
    { at: 'the work folder, by subPath', mount: { mountPath: workFolder, subPath: 'r' }, subPath: 'r' },
    {
      at: 'the work folder, by the name of the pod',
      mount: { mountPath: workFolder, subPathExpr: '$(TEAM)/$(POD_NAME)' },
      subPath: 'a/runner-abc'
    }
  ])('finds a claim that is mounted at $at', async ({ mount, subPath }) => {
    expect(await claimOf([{ name: 'work', ...mount }])).toEqual({ name: 'claim', subPath, tiesToNode: true })
  })

  it('refuses a subPathExpr that it cannot follow: another folder of the claim would be mounted', async () => {
    const mount = { name: 'work', mountPath: workFolder, subPathExpr: '$(ELSEWHERE)' }
    await expect(claimOf([mount])).rejects.toMatchObject({ code: 'VOLUME_REFUSED' })
  })

  it.each([
    { what: 'nothing', mounts: [] },
    { what: 'a claim beside it', mounts: [{ name: 'work', mountPath: '/home/runner/_works' }] },
    { what: 'a claim below it', mounts: [{ name: 'work', mountPath: `${workFolder}/_tool` }] },
    {
      what: 'an empty folder inside a claim',
      mounts: [
        { name: 'work', mountPath: '/home/runner' },
        { name: 'scratch', mountPath: workFolder }
      ]
    }
  ])('is in copy mode with $what', async ({ mounts }) => {
    expect(await claimOf(mounts, [claim('claim'), { name: 'scratch', emptyDir: {} }])).toBeUndefined()
  })

  it.each([
    { modes: ['ReadWriteOnce'], tiesToNode: true },
    { modes: ['ReadWriteMany'], tiesToNode: false }
  ])('knows name and access modes of an ephemeral volume: $modes', async ({ modes, tiesToNode }) => {
    const volume = { name: 'work', ephemeral: { volumeClaimTemplate: { spec: { accessModes: modes } } } }
    expect(await claimOf([{ name: 'work', mountPath: workFolder }], [volume])).toEqual({
      name: 'runner-abc-work',
      subPath: '',
      tiesToNode
    })
  })

  it.each([
    { workClaimAccess: undefined, tiesToNode: true },
    { workClaimAccess: 'ReadWriteMany', tiesToNode: false },
    { workClaimAccess: 'ReadWriteOnce', tiesToNode: true }
  ])(
    'takes from the settings how a claim may be mounted: $workClaimAccess',
    async ({ workClaimAccess, tiesToNode }) => {
      const mounts = [{ name: 'work', mountPath: workFolder }]
      expect(await claimOf(mounts, [claim('claim')], { workClaimAccess })).toMatchObject({ tiesToNode })
      expect(await claimOf([], [], { workClaimAccess, workClaimName: 'other' })).toMatchObject({ tiesToNode })
      expect(await claimOf([], [], { workClaimAccess })).toBeUndefined()
    }
  )

  it('takes the claim of the settings, and its place in the claim where the pod mounts it', async () => {
    const mounts = [{ name: 'work', mountPath: '/home/runner', subPath: 'r' }]
    expect(await claimOf([], [], { workClaimName: 'other' })).toEqual({ name: 'other', subPath: '', tiesToNode: true })
    expect(await claimOf(mounts, [claim('claim')], { workClaimName: 'other' })).toMatchObject({
      name: 'other',
      subPath: ''
    })
    expect(await claimOf(mounts, [claim('claim')], { workClaimName: 'claim' })).toMatchObject({ subPath: 'r/_work' })
  })
})

describe('affinityOf', () => {
  it('demands the runner’s node through the scheduler for a claim that one node can mount', () => {
    expect(affinityOf(sharedRunnerPod)).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }]
        }
      }
    })
  })

  it.each([
    { what: 'no claim', pod: runnerPodWith() },
    {
      what: 'a claim for many nodes',
      pod: runnerPodWith({ workClaim: { name: 'claim', subPath: '', tiesToNode: false } })
    },
    { what: 'an unknown node', pod: { ...sharedRunnerPod, nodeName: '' } }
  ])('demands nothing with $what', ({ pod }) => {
    expect(affinityOf(pod)).toBeUndefined()
  })
})
