import { describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deleteActionImages, deleteUnusedImages } from '../../src/action-image/delete-images.ts'
import { createLedger } from '../../src/action-image/ledger.ts'
import type { DeleteOutcome } from '../../src/registry/delete-image.ts'
import { printReference } from '../../src/registry/reference.ts'
import type { RegistryClient } from '../../src/registry/registry-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { inTree } from './temporary-tree.ts'

const [first, second] = ['11111111-2222-4333-8444-555555555555', '22222222-2222-4333-8444-555555555555'] as const
const digest = `sha256:${'a'.repeat(64)}`

/** Two builds, one of them never finished; every deletion has the same outcome. */
async function deleteBoth(outcome: DeleteOutcome): Promise<{
  readonly asked: readonly string[]
  readonly left: number
  readonly lines: readonly string[]
  readonly outcomes: readonly DeleteOutcome[]
}> {
  return await inTree({}, async root => {
    const ledger = createLedger(root)
    await ledger.finish({ handle: first, key: 'a', digest })
    await ledger.begin(second, 'b')
    const client = playRegistry(outcome)
    const logger = recordingLogger()
    const deleted = await deleteActionImages(
      { ledger, registry: registrySettings(), client, logger },
      AbortSignal.timeout(5000)
    )
    return {
      asked: [...client.asked].sort(),
      left: (await ledger.entries()).length,
      lines: logger.lines,
      outcomes: deleted.map(({ outcome: each }) => each)
    }
  })
}

/** Every deletion has the same outcome. */
function playRegistry(
  outcome: DeleteOutcome
): Pick<RegistryClient, 'deleteImage'> & { readonly asked: readonly string[] } {
  const asked: string[] = []
  return {
    asked,
    deleteImage: reference => {
      asked.push(printReference(reference))
      return Promise.resolve(outcome)
    }
  }
}

describe('deleteActionImages', () => {
  it('deletes finished builds by digest and unfinished ones by tag', async () => {
    const { asked, left, lines } = await deleteBoth({ kind: 'deleted' })
    expect(asked).toEqual([
      `registry.test:5000/k8s-hooks/${first}:${first}@${digest}`,
      `registry.test:5000/k8s-hooks/${second}:${second}`
    ])
    expect({ left, lines }).toEqual({ left: 0, lines: [] })
  })

  it('is content when the image is not there', async () => {
    expect(await deleteBoth({ kind: 'absent' })).toMatchObject({ left: 0, lines: [] })
  })

  it('gives one notice for a registry that deletes nothing, and gives its images up', async () => {
    const outcome = {
      kind: 'refused',
      reason: 'registry.test does not offer the deletion of images (status 405)'
    } as const
    expect(await deleteBoth(outcome)).toMatchObject({
      left: 0,
      outcomes: [outcome, outcome],
      lines: [
        'notice: Temporary images stay in the registry: registry.test does not offer the deletion of images (status 405).'
      ]
    })
  })

  it('tries again what failed, and lets no step count on it any more', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      const outcomes: DeleteOutcome[] = [{ kind: 'failed', reason: 'status 503' }, { kind: 'absent' }]
      const client = { deleteImage: () => Promise.resolve(outcomes.shift() ?? { kind: 'absent' as const }) }
      const deps = { ledger, registry: registrySettings(), client, logger: recordingLogger() }
      await deleteActionImages(deps, AbortSignal.timeout(5000))
      expect([await ledger.find('a'), await ledger.entries()]).toEqual([
        undefined,
        [{ handle: first, key: '', digest }]
      ])
      await deleteActionImages(deps, AbortSignal.timeout(5000))
      expect(await ledger.entries()).toEqual([])
    })
  })

  it.each([
    { outcome: { kind: 'refused', reason: 'status 405' } },
    { outcome: { kind: 'failed', reason: 'status 503' } }
  ] as const)('tries again what a step could not delete: $outcome.reason', async ({ outcome }) => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      await ledger.begin(second, 'b')
      const stepsRegistry = playRegistry(outcome)
      const cleanupsRegistry = playRegistry({ kind: 'deleted' })
      const deps = { ledger, registry: registrySettings(), logger: recordingLogger() }
      await deleteUnusedImages({ ...deps, client: stepsRegistry }, AbortSignal.timeout(5000))
      expect(await ledger.find('a')).toBeUndefined()
      await deleteActionImages({ ...deps, client: cleanupsRegistry }, AbortSignal.timeout(5000))
      // Images are deleted side by side, in no order.
      expect(new Set(cleanupsRegistry.asked)).toEqual(new Set(stepsRegistry.asked))
      expect(stepsRegistry.asked).toHaveLength(2)
      expect(await ledger.entries()).toEqual([])
      expect(deps.logger.lines).toEqual([`notice: Temporary images stay in the registry: ${outcome.reason}.`])
    })
  })

  it.each([
    { outcomes: ['refused', 'refused'], ofOneJob: 1, ofTwoJobs: 1 },
    { outcomes: ['failed', 'failed'], ofOneJob: 1, ofTwoJobs: 2 },
    { outcomes: ['failed', 'refused'], ofOneJob: 1, ofTwoJobs: 2 }
  ] as const)('gives $ofOneJob notice in a job, $ofTwoJobs in two, of $outcomes', async notices => {
    const countOf = async (jobPids: readonly number[]): Promise<number> =>
      await inTree({}, async root => {
        const logger = recordingLogger()
        for (const [index, kind] of notices.outcomes.entries()) {
          const ledger = createLedger(root)
          await ledger.finish({ handle: first, key: 'a', digest })
          await ledger.finish({ handle: second, key: 'b', digest })
          const client = playRegistry({ kind, reason: kind })
          const deps = { ledger, registry: registrySettings(), client, logger, jobPid: jobPids[index] ?? 0 }
          await deleteActionImages(deps, AbortSignal.timeout(5000))
        }
        return logger.lines.length
      })
    expect([await countOf([7, 7]), await countOf([7, 8])]).toEqual([notices.ofOneJob, notices.ofTwoJobs])
  })

  it('looks for the image of an unfinished build once no builder can push it any more', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      await ledger.begin(second, 'b')
      const events: string[] = []
      let tell = (): void => undefined
      const buildersGone = new Promise<void>(resolve => (tell = resolve))
      const client = {
        deleteImage: ({ tag = '' }: { readonly tag?: string }): Promise<DeleteOutcome> => {
          events.push(tag)
          setImmediate(() => {
            events.push('builders gone')
            tell()
          })
          return Promise.resolve({ kind: 'deleted' })
        }
      }
      const deps = { ledger, registry: registrySettings(), client, logger: recordingLogger(), buildersGone }
      await deleteActionImages(deps, AbortSignal.timeout(5000))
      expect(events.slice(0, 3)).toEqual([first, 'builders gone', second])
    })
  })

  it('keeps in mind what may be deleted later', async () => {
    expect(await deleteBoth({ kind: 'failed', reason: 'registry.test answers with status 503' })).toMatchObject({
      left: 2,
      lines: ['notice: Temporary images stay in the registry: registry.test answers with status 503.']
    })
  })
})

describe('deleteUnusedImages', () => {
  const signal = AbortSignal.timeout(5000)
  /** A hook that is running beside this one, and one that was killed. */
  const [another, killed] = [process.ppid, spawnSync('true').pid] as const

  /** What is asked of the registry while the first image is used by `users`, and the second by nobody. */
  async function deleteBeside(
    users: readonly number[],
    prepare?: (root: string) => Promise<void>
  ): Promise<readonly string[]> {
    return await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      await ledger.finish({ handle: second, key: 'b', digest })
      for (const pid of users) await createLedger(root, pid).use(first)
      await prepare?.(root)
      const asked: string[] = []
      const client = {
        deleteImage: ({ tag = '' }: { readonly tag?: string }): Promise<DeleteOutcome> => {
          asked.push(tag)
          return Promise.resolve({ kind: 'deleted' })
        }
      }
      const deps = { ledger, registry: registrySettings(), client, logger: recordingLogger(), lockWaitMs: 100 }
      await deleteUnusedImages(deps, signal)
      expect((await ledger.entries()).map(({ handle }) => handle).sort()).toEqual(
        [first, second].filter(handle => !asked.includes(handle))
      )
      return asked.sort()
    })
  }

  it.each([
    { who: 'nobody', users: [], asked: [first, second] },
    { who: 'this process', users: [process.pid], asked: [first, second] },
    { who: 'a process that was killed', users: [killed], asked: [first, second] },
    { who: 'another process', users: [another], asked: [second] },
    { who: 'this process and another', users: [process.pid, another], asked: [second] }
  ])('deletes $asked when the first is used by $who', async ({ users, asked }) => {
    expect(await deleteBeside(users)).toEqual(asked)
  })

  it('leaves to cleanup_job what was refused, so that a registry that deletes nothing is asked once after a step', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      const client = playRegistry({ kind: 'refused', reason: 'status 405' })
      const deps = { ledger, registry: registrySettings(), client, logger: recordingLogger() }
      await deleteUnusedImages(deps, signal)
      await deleteUnusedImages(deps, signal)
      expect(client.asked).toHaveLength(1)
      expect(await ledger.entries()).toHaveLength(1)
    })
  })

  it('leaves the image of a content that another step builds to that step', async () => {
    const lock = async (root: string): Promise<void> => writeFile(join(root, 'a.lock'), String(another))
    expect(await deleteBeside([], lock)).toEqual([second])
  })

  it('deletes an image once when the last two users end at the same time', async () => {
    await inTree({}, async root => {
      const ledger = createLedger(root)
      await ledger.finish({ handle: first, key: 'a', digest })
      let asked = 0
      const client = {
        deleteImage: (): Promise<DeleteOutcome> => {
          asked++
          return Promise.resolve({ kind: 'deleted' })
        }
      }
      const deps = { registry: registrySettings(), client, logger: recordingLogger() }
      const hooks = [createLedger(root), createLedger(root, another)]
      for (const hook of hooks) await hook.use(first)
      await Promise.all(hooks.map(hook => deleteUnusedImages({ ...deps, ledger: hook }, signal)))
      expect([asked, await ledger.entries()]).toEqual([1, []])
    })
  })
})
