import { afterEach, describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import { HookError, type PrepareJobArgs } from '@k8s-hooks/hooklib'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { prepareJob } from '../../src/hooks/prepare-job.ts'
import type { ExecRequest } from '../../src/kubernetes/cluster.ts'
import type { PartialCluster } from '../kubernetes/unexpected-cluster.ts'
import { jobContainer } from '../job-pod/job-container.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'

let call: HookCall
afterEach(() => call.remove())

const container = jobContainer()

const runnerPod = (claim: string | undefined): V1Pod => ({
  metadata: { name: 'runner-abc', uid: 'u1' },
  spec: {
    containers: [{ name: 'runner', image: 'runner:1', volumeMounts: [{ name: 'work', mountPath: '/tmp' }] }],
    volumes: claim === undefined ? [] : [{ name: 'work', persistentVolumeClaim: { claimName: claim } }]
  }
})

/** The role and the life of a cluster in which every pod is ready as soon as it is created; `done` says what was done, in order. */
function willingCluster({ claim, alpine = false }: { readonly claim?: string; readonly alpine?: boolean }): {
  readonly expected: PartialCluster
  readonly done: readonly string[]
} {
  const done: string[] = []
  const pods = new Map<string, V1Pod>([['runner-abc', runnerPod(claim)]])
  const left = { metadata: { name: 'runner-abc-workflow' } }
  const expected: PartialCluster = {
    pods: {
      get: name => Promise.resolve(pods.get(name)),
      list: () => Promise.resolve([left]),
      delete: name => Promise.resolve(void done.push(`delete pod ${name}`)),
      create: pod => {
        const name = pod.metadata?.name ?? ''
        done.push(`create pod ${name}`)
        const containerStatuses = (pod.spec?.containers ?? []).map(({ name: container, image = '' }) => ({
          name: container,
          image,
          imageID: '',
          ready: true,
          restartCount: 0,
          state: { running: {} }
        }))
        const spec = { containers: [], ...pod.spec, nodeName: 'node-1' }
        pods.set(name, { ...pod, spec, status: { phase: 'Running', containerStatuses } })
        return Promise.resolve(pod)
      }
    },
    jobs: { list: () => Promise.reject(new HookError('PERMISSION_DENIED', 'no Jobs')) },
    secrets: {
      list: () => Promise.resolve([]),
      create: secret => {
        done.push(`create secret ${secret.metadata?.name ?? ''}`)
        return Promise.resolve(secret)
      }
    },
    exec: ({ command }: ExecRequest) => {
      done.push(`exec ${command.join(' ')}`)
      return Promise.resolve({ kind: 'exited', exitCode: alpine ? 0 : 1 })
    }
  }
  return { expected, done }
}

async function prepare(args: PrepareJobArgs, signal = neverAborted): Promise<unknown> {
  const { responseFile } = call
  await prepareJob({ command: 'prepare_job', responseFile, state: null, args }, call.context, signal)
  return JSON.parse(await readFile(responseFile, 'utf8'))
}

describe('prepare_job', () => {
  it('makes room, then starts one pod, and tells the runner about it', async () => {
    const { expected, done } = willingCluster({})
    call = await hookCall(expected)
    expect(await prepare({ container, services: [] })).toEqual({
      state: { version: 1, mode: 'copy' },
      isAlpine: false,
      context: { container: { id: 'runner-abc-workflow' }, services: [] }
    })
    expect(done.filter(line => line.includes(' pod '))).toEqual([
      'delete pod runner-abc-workflow',
      'create pod runner-abc-workflow'
    ])
  })

  it('says that the job container is Alpine', async () => {
    call = await hookCall(willingCluster({ alpine: true }).expected)
    expect(await prepare({ container, services: [] })).toMatchObject({ isAlpine: true })
  })

  it('asks no container whether it is Alpine when there are only services', async () => {
    const { expected, done } = willingCluster({})
    call = await hookCall(expected)
    const response = await prepare({
      container: null,
      services: [{ ...container, image: 'redis:7', portMappings: ['6379'] }]
    })
    expect(response).toMatchObject({ context: { services: [{ ports: { '6379': '6379' } }] } })
    expect(response).not.toHaveProperty('isAlpine')
    expect(response).not.toHaveProperty('context.container')
    expect(done.filter(line => line.startsWith('exec'))).toEqual([])
  })

  it('makes the folders of a shared volume itself, so that they do not belong to root', async () => {
    call = await hookCall(willingCluster({ claim: 'work' }).expected)
    expect(await prepare({ container, services: [] })).toMatchObject({ state: { mode: 'shared' } })
    for (const folder of ['_github_home', '_github_workflow', '_runner_file_commands'])
      expect((await stat(join(call.context.paths.workFolder, '_temp', folder))).isDirectory()).toBe(true)
  })

  it('refuses a job with neither container nor services before it asks the cluster', async () => {
    call = await hookCall()
    await expect(prepare({ container: null, services: [] })).rejects.toMatchObject({ code: 'NOTHING_TO_PREPARE' })
  })

  it('deletes nothing when the runner pod is not there', async () => {
    call = await hookCall({ pods: { get: () => Promise.resolve(undefined) } })
    await expect(prepare({ container, services: [] })).rejects.toMatchObject({ code: 'RUNNER_POD_MISSING' })
  })

  it('leaves nothing when it is cancelled while the pod starts', async () => {
    const { expected, done } = willingCluster({})
    const controller = new AbortController()
    const create = async (pod: V1Pod): Promise<V1Pod> => {
      await expected.pods?.create?.(pod, controller.signal)
      controller.abort(new Error('cancelled by SIGINT'))
      return pod
    }
    call = await hookCall({ ...expected, pods: { ...expected.pods, create } })
    await expect(prepare({ container, services: [] }, controller.signal)).rejects.toThrow('cancelled by SIGINT')
    expect(done.filter(line => line.includes(' pod '))).toEqual([
      'delete pod runner-abc-workflow',
      'create pod runner-abc-workflow',
      'delete pod runner-abc-workflow'
    ])
  })

  it('leaves the pod to be looked at when it fails', async () => {
    const { expected, done } = willingCluster({})
    call = await hookCall({ ...expected, exec: () => Promise.reject(new HookError('CLUSTER_REFUSED', 'no exec')) })
    await expect(prepare({ container, services: [] })).rejects.toThrow('no exec')
    expect(done.at(-1)).toBe('create pod runner-abc-workflow')
  })

  it('writes no response when the pod is refused', async () => {
    const { expected } = willingCluster({})
    const create = (): Promise<never> => Promise.reject(new HookError('CLUSTER_REFUSED', 'exceeded quota'))
    call = await hookCall({ ...expected, pods: { ...expected.pods, create } })
    await expect(prepare({ container, services: [] })).rejects.toThrow('exceeded quota')
    await expect(readFile(call.responseFile)).rejects.toThrow('ENOENT')
  })
})
