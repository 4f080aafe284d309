import { describe, expect, it } from '@jest/globals'
import { HookError } from '@k8s-hooks/hooklib'
import { removeEverything } from '../../src/hooks/remove-everything.ts'
import type { DeleteOptions } from '../../src/kubernetes/cluster.ts'
import { unexpectedCluster, type PartialCluster } from '../kubernetes/unexpected-cluster.ts'
import { neverAborted } from './hook-call.ts'

const selector = 'runner-pod=runner-abc,k8s-hooks/role'

interface Kind {
  readonly list: (selector: string) => Promise<readonly { readonly metadata: { readonly name: string } }[]>
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
}

/** Kinds with objects of the given names that can be listed by our selector and deleted. */
function clusterWith(found: Readonly<Record<'jobs' | 'pods' | 'secrets', readonly string[]>>): {
  readonly expected: Readonly<Record<'jobs' | 'pods' | 'secrets', Kind>>
  readonly deleted: readonly string[]
} {
  const deleted: string[] = []
  const kind = (name: keyof typeof found): Kind => ({
    list: asked =>
      Promise.resolve(asked === selector ? found[name].map(object => ({ metadata: { name: object } })) : []),
    delete: (object, { gracePeriodSeconds }) => {
      deleted.push(`${name} ${object}${gracePeriodSeconds === undefined ? '' : ` in ${gracePeriodSeconds} s`}`)
      return Promise.resolve()
    }
  })
  return { expected: { jobs: kind('jobs'), pods: kind('pods'), secrets: kind('secrets') }, deleted }
}

const remove = (expected: PartialCluster): Promise<number> =>
  removeEverything({ cluster: unexpectedCluster(expected), settings: { runnerPodName: 'runner-abc' } }, neverAborted)

describe('removing everything', () => {
  it('deletes exactly what the label of this runner pod selects, Jobs before pods, pods at once', async () => {
    const { expected, deleted } = clusterWith({ jobs: ['build'], pods: ['workflow', 'step'], secrets: ['env'] })
    expect(await remove(expected)).toBe(4)
    expect([...deleted].sort()).toEqual(['jobs build', 'pods step in 0 s', 'pods workflow in 0 s', 'secrets env'])
    expect(deleted.indexOf('jobs build')).toBeLessThan(deleted.indexOf('pods workflow in 0 s'))
  })

  it('deletes nothing where nothing is', async () => {
    const { expected, deleted } = clusterWith({ jobs: [], pods: [], secrets: [] })
    expect([await remove(expected), deleted]).toEqual([0, []])
  })

  it('leaves Jobs out when the role has none', async () => {
    const { expected, deleted } = clusterWith({ jobs: [], pods: ['workflow'], secrets: [] })
    const list = (): Promise<never> => Promise.reject(new HookError('PERMISSION_DENIED', 'no Jobs'))
    expect(await remove({ ...expected, jobs: { list } })).toBe(1)
    expect(deleted).toEqual(['pods workflow in 0 s'])
  })

  it.each(['jobs', 'pods', 'secrets'] as const)(
    'deletes the rest when %s cannot be listed, and fails then',
    async kind => {
      const { expected, deleted } = clusterWith({ jobs: ['j'], pods: ['p'], secrets: ['s'] })
      const list = (): Promise<never> => Promise.reject(new HookError('CLUSTER_UNREACHABLE', 'no answer'))
      await expect(remove({ ...expected, [kind]: { ...expected[kind], list } })).rejects.toThrow('no answer')
      expect(deleted.map(line => line.split(' ')[0])).toEqual(
        expect.arrayContaining(['jobs', 'pods', 'secrets'].filter(name => name !== kind))
      )
    }
  )

  it('deletes the other pods when one cannot be deleted, and fails then', async () => {
    const { expected } = clusterWith({ jobs: [], pods: ['stuck', 'free'], secrets: [] })
    const tried: string[] = []
    const refuse = (name: string): Promise<void> => {
      tried.push(name)
      return name === 'stuck' ? Promise.reject(new HookError('CLUSTER_REFUSED', 'a finalizer')) : Promise.resolve()
    }
    await expect(remove({ ...expected, pods: { ...expected.pods, delete: refuse } })).rejects.toThrow('a finalizer')
    expect(tried).toEqual(['stuck', 'free'])
  })
})
