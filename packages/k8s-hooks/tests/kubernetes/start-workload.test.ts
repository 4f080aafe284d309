import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import { toApiError } from '../../src/kubernetes/api-error.ts'
import type { Workload } from '../../src/kubernetes/cluster.ts'
import { deleteWorkload, startWorkload } from '../../src/kubernetes/start-workload.ts'
import { unexpectedCluster, type PartialCluster } from './unexpected-cluster.ts'

const { signal } = new AbortController()
const workload: Workload = {
  name: 'w',
  template: {
    metadata: { name: 'other', labels: { 'k8s-hooks/name': 'w' } },
    spec: { containers: [{ name: 'main' }] }
  },
  activeDeadlineSeconds: 60
}
const denied = new HookError('PERMISSION_DENIED', 'may not create jobs')
const refused = new HookError('CLUSTER_REFUSED', 'pods "w" is forbidden: violates PodSecurity "restricted:latest"')
const overQuota = new HookError('CLUSTER_REFUSED', 'pods "w" is forbidden: exceeded quota: q')

/** Records what is deleted, on top of the verbs that a test expects. */
function clusterWith({ pods, jobs }: PartialCluster): {
  readonly cluster: ReturnType<typeof unexpectedCluster>
  readonly deleted: readonly string[]
} {
  const deleted: string[] = []
  const remove = (kind: string) => (name: string) => {
    deleted.push(`${kind}/${name}`)
    return Promise.resolve()
  }
  const cluster = unexpectedCluster({
    pods: { delete: remove('pods'), ...pods },
    jobs: { delete: remove('jobs'), ...jobs }
  })
  return { cluster, deleted }
}

/** A clock that only `sleep` moves. */
function fakeTime(): { readonly sleep: (ms: number) => Promise<void>; readonly now: () => number } {
  let nowMs = 0
  return { sleep: ms => Promise.resolve(void (nowMs += ms)), now: () => nowMs }
}

const podNamed = (name: string): V1Pod => ({ metadata: { name } })

describe('startWorkload', () => {
  it('creates a Job of the template and finds its pod', async () => {
    const lists: (readonly V1Pod[])[] = [[], [], [podNamed('w-abcde')]]
    const { cluster, deleted } = clusterWith({
      jobs: {
        create: job => {
          expect(job).toEqual({
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name: 'w', labels: { 'k8s-hooks/name': 'w' } },
            spec: {
              backoffLimit: 0,
              ttlSecondsAfterFinished: 600,
              activeDeadlineSeconds: 60,
              template: workload.template
            }
          })
          return Promise.resolve(job)
        }
      },
      pods: {
        list: selector => {
          expect(selector).toBe('batch.kubernetes.io/job-name=w')
          return Promise.resolve(lists.shift() ?? [])
        }
      }
    })
    expect(await startWorkload(cluster, workload, signal, fakeTime())).toEqual({
      kind: 'Job',
      name: 'w',
      podName: 'w-abcde'
    })
    expect(deleted).toEqual([])
  })

  it('creates no Pod instead of a Job when the token is not accepted', async () => {
    const call = { verb: 'create', resource: 'jobs', namespace: 'arc' }
    const error = toApiError({ ...call, status: 401, body: 'Unauthorized' })
    const { cluster, deleted } = clusterWith({ jobs: { create: () => Promise.reject(error) } })
    await expect(startWorkload(cluster, workload, signal)).rejects.toBe(error)
    expect(deleted).toEqual([])
  })

  it('creates a Pod of the same template where the role has no Jobs', async () => {
    const { cluster } = clusterWith({
      jobs: { create: () => Promise.reject(denied) },
      pods: {
        create: pod => {
          expect(pod).toEqual({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'w', labels: { 'k8s-hooks/name': 'w' } },
            spec: { containers: [{ name: 'main' }], activeDeadlineSeconds: 60 }
          })
          return Promise.resolve(pod)
        }
      }
    })
    expect(await startWorkload(cluster, workload, signal)).toEqual({ kind: 'Pod', name: 'w', podName: 'w' })
  })

  it('touches nothing when the API server refuses the Job', async () => {
    const { cluster, deleted } = clusterWith({ jobs: { create: () => Promise.reject(refused) } })
    await expect(startWorkload(cluster, workload, signal)).rejects.toBe(refused)
    expect(deleted).toEqual([])
  })

  it('gives up when an admission policy refuses the pod, and removes the Job', async () => {
    const { cluster, deleted } = clusterWith({
      jobs: { create: job => Promise.resolve(job) },
      pods: {
        list: () => Promise.resolve([]),
        create: (_pod, _signal, options) => {
          expect(options).toEqual({ dryRun: true })
          return Promise.reject(refused)
        }
      }
    })
    const time = fakeTime()
    await expect(startWorkload(cluster, workload, signal, time)).rejects.toMatchObject({
      code: 'WORKLOAD_REFUSED',
      message: `Job w gets no pod: ${refused.message}`
    })
    expect(time.now()).toBeLessThan(2_000)
    expect(deleted).toEqual(['jobs/w'])
  })

  it('waits a minute for a quota, and says at once that it does', async () => {
    let asked = 0
    const said: string[] = []
    const { cluster } = clusterWith({
      jobs: { create: job => Promise.resolve(job) },
      pods: {
        list: () => Promise.resolve([]),
        create: () => {
          asked++
          return Promise.reject(overQuota)
        }
      }
    })
    const time = fakeTime()
    const onRefusal = (words: string): void => void said.push(`${words} after ${Math.floor(time.now() / 1000)} s`)
    await expect(startWorkload(cluster, workload, signal, { ...time, onRefusal })).rejects.toMatchObject({
      code: 'WORKLOAD_REFUSED',
      message: `Job w gets no pod: ${overQuota.message}`
    })
    expect(said).toEqual([`${overQuota.message} after 1 s`])
    expect(time.now()).toBeGreaterThanOrEqual(60_000)
    expect(asked).toBeLessThan(8)
  })

  it.each([
    {
      what: 'a webhook that refuses dry runs',
      answer: new HookError('CLUSTER_REFUSED', 'webhook does not support dry run')
    },
    { what: 'a role without pods', answer: new HookError('PERMISSION_DENIED', 'may not create pods') },
    { what: 'no answer', answer: new HookError('CLUSTER_UNREACHABLE', 'nothing answers') }
  ])('goes on waiting after $what', async ({ answer }) => {
    const time = fakeTime()
    const { cluster } = clusterWith({
      jobs: { create: job => Promise.resolve(job) },
      pods: {
        list: () => Promise.resolve(time.now() > 20_000 ? [podNamed('w-late')] : []),
        create: () => Promise.reject(answer)
      }
    })
    expect(await startWorkload(cluster, workload, signal, time)).toMatchObject({ podName: 'w-late' })
  })

  it.each([
    { conditions: [], words: 'no pod after 60 s, and no reason given' },
    { conditions: [{ type: 'Suspended', status: 'True', message: 'Job suspended' }], words: 'Suspended: Job suspended' }
  ])('ends after a minute without a reason by "$words"', async ({ conditions, words }) => {
    const { cluster } = clusterWith({
      jobs: {
        create: job => Promise.resolve(job),
        list: () => Promise.resolve([{ status: { conditions } }])
      },
      pods: { list: () => Promise.resolve([]), create: pod => Promise.resolve(pod) }
    })
    await expect(startWorkload(cluster, workload, signal, fakeTime())).rejects.toMatchObject({
      message: `Job w gets no pod: ${words}`
    })
  })

  it.each([
    {
      when: 'while the Job is created',
      create: (abort: () => void) => () => (abort(), Promise.reject(new Error('cancelled')))
    },
    { when: 'before its pod is there', create: (abort: () => void) => () => (abort(), Promise.resolve({})) }
  ])('leaves neither Job nor pod when the signal aborts $when', async ({ create }) => {
    const controller = new AbortController()
    const { cluster, deleted } = clusterWith({
      jobs: { create: create(() => controller.abort(new Error('cancelled'))) },
      pods: {
        list: selector => Promise.resolve(selector === 'k8s-hooks/name=w' ? [podNamed('w-abcde')] : [])
      }
    })
    await expect(startWorkload(cluster, workload, controller.signal)).rejects.toThrow('cancelled')
    expect(deleted).toEqual(['jobs/w', 'pods/w-abcde'])
  })

  it('leaves no pod when the signal aborts where the role has no Jobs', async () => {
    const controller = new AbortController()
    const { cluster, deleted } = clusterWith({
      jobs: { create: () => Promise.reject(denied), delete: () => Promise.reject(denied) },
      pods: {
        create: () => {
          controller.abort(new Error('cancelled'))
          return Promise.reject(new Error('cancelled'))
        },
        list: () => Promise.resolve([podNamed('w')])
      }
    })
    await expect(startWorkload(cluster, workload, controller.signal)).rejects.toThrow('cancelled')
    expect(deleted).toEqual(['pods/w'])
  })

  it('throws why it failed also when nothing can be removed', async () => {
    const down = new HookError('CLUSTER_UNREACHABLE', 'nothing answers')
    const { cluster } = clusterWith({
      jobs: { create: () => Promise.reject(down), delete: () => Promise.reject(new Error('later')) },
      pods: { list: () => Promise.reject(new Error('later')) }
    })
    await expect(startWorkload(cluster, workload, signal)).rejects.toBe(down)
  })
})

describe('deleteWorkload', () => {
  it('deletes a Job before its pod, which would be made again', async () => {
    const { cluster, deleted } = clusterWith({})
    await deleteWorkload(cluster, { kind: 'Job', name: 'w', podName: 'w-abcde' }, { signal, gracePeriodSeconds: 2 })
    expect(deleted).toEqual(['jobs/w', 'pods/w-abcde'])
  })

  it('does not speak of Jobs where there is a bare Pod', async () => {
    const { cluster, deleted } = clusterWith({})
    await deleteWorkload(cluster, { kind: 'Pod', name: 'w', podName: 'w' }, { signal })
    expect(deleted).toEqual(['pods/w'])
  })

  it('deletes the pod also when the Job cannot be deleted', async () => {
    const { cluster, deleted } = clusterWith({ jobs: { delete: () => Promise.reject(denied) } })
    await expect(deleteWorkload(cluster, { kind: 'Job', name: 'w', podName: 'w-abcde' }, { signal })).rejects.toBe(
      denied
    )
    expect(deleted).toEqual(['pods/w-abcde'])
  })
})
