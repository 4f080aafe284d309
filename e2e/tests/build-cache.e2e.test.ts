import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtImagesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { deleteTags, registryStatusOf, registryTags } from '../src/harness/registry.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit } from '../src/harness/tested-builders.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const withoutContainer = { ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'false' }
/** BuildKit's layers are found until a multiple of their age since 1970: of two ages the one that ends later. */
function ageThatDoesNotEnd(nowSeconds: number): number {
  const left = (age: number): number => age - (nowSeconds % age)
  return left(2_000_000) > left(1_700_000) ? 2_000_000 : 1_700_000
}

/** Another repository of GitHub and another content for each run of the tests: the registry keeps what was built before. */
const id = randomUUID().slice(0, 8)
const ownTags = async (): Promise<readonly string[]> =>
  (await registryTags(testRegistryUrl())).filter(tag => tag.includes(`/octo/cache-${id}`))

describe('what jobs leave to later jobs', () => {
  let site: Site
  let repository: string

  beforeAll(async () => {
    site = await openTestSite('build-cache', 'shared', { env: withoutContainer })
    repository = await mkdtemp(join(tmpdir(), 'k8s-hooks-build-cache-'))
    await cp(workflowFolder('build-cache'), repository, { recursive: true })
    await writeContent('first')
  })

  afterAll(async () => {
    await rm(repository, { recursive: true })
    await (site as Site | undefined)?.dispose()
    await deleteTags(testRegistryUrl(), await ownTags())
  })

  const writeContent = async (text: string): Promise<void> =>
    await writeFile(join(repository, 'actions/cached/content.txt'), `${text} ${id}\n`)

  const run = async (env: Readonly<Record<string, string>>, event = 'push'): Promise<WorkflowRun> => {
    const workflow = `.github/workflows/${event}.yml`
    const text = await readFile(join(repository, '.github/workflows/build-cache.yml'), 'utf8')
    await writeFile(join(repository, workflow), text.replace('on: push', `on: ${event}`))
    return await runWorkflow(site, { repository, workflow, env, more: ['--repository', `octo/cache-${id}`] })
  }

  const madeBy = (job: WorkflowRun): string | undefined =>
    outputOf(job, 'cached').findLast(line => /^[0-9a-f-]{36}$/.test(line))

  describe('BUILD_CACHE=images', () => {
    const images = { [`${prefix}BUILD_CACHE`]: 'images' }
    let first: WorkflowRun
    let second: WorkflowRun
    let changed: WorkflowRun
    let pullRequest: WorkflowRun

    beforeAll(async () => {
      first = await run(images)
      second = await run(images)
      pullRequest = await run(images, 'pull_request')
      await writeContent('second')
      changed = await run(images)
    })

    it('a later job of the same content builds nothing, and runs the same image', () => {
      expect(builtImagesOf(first)).toEqual([expect.stringContaining(`/k8s-hooks-images/octo/cache-${id}@sha256:`)])
      expect(builtImagesOf(second)).toEqual([])
      expect(madeBy(second)).toMatch(/./)
      expect(madeBy(second)).toBe(madeBy(first))
    })

    it('a pull request uses nothing that was built for the repository', () => {
      expect(builtImagesOf(pullRequest)).toEqual([expect.stringContaining(`/octo/cache-${id}/pull-requests@sha256:`)])
      expect(madeBy(pullRequest)).not.toBe(madeBy(first))
    })

    it('another content is built', () => {
      expect(builtImagesOf(changed)).toHaveLength(1)
      expect(outputOf(changed, 'cached')).toContain(`second ${id}`)
    })

    it('no job deletes the images, and nothing else is left', async () => {
      const [image = ''] = builtImagesOf(first)
      expect(await registryStatusOf(testRegistryUrl(), image)).toBe(200)
      expect((await ownTags()).filter(tag => tag.includes('images'))).toHaveLength(3)
      expect(await leftoversOf(site)).toEqual([])
    })
  })

  it('BUILD_CACHE=images: BuildKit builds nothing that it has built for an earlier job', async () => {
    const images = { ...buildkit.env, [`${prefix}BUILD_CACHE`]: 'images' }
    const first = await run(images)
    const second = await run(images)
    expect(builtImagesOf(first)).toHaveLength(1)
    expect(builtImagesOf(second)).toEqual([])
    expect(madeBy(second)).toMatch(/./)
    expect(madeBy(second)).toBe(madeBy(first))
  })

  describe.each([
    { ...buildah, says: /Using cache/ },
    { ...buildkit, says: /^ +CACHED$/m }
  ])('BUILD_CACHE=layers, with $builder', ({ env, says }) => {
    let first: WorkflowRun
    let second: WorkflowRun
    let tagsBefore: readonly string[]

    beforeAll(async () => {
      tagsBefore = await ownTags()
      const age = { [`${prefix}BUILD_CACHE_MAX_AGE_SECONDS`]: String(ageThatDoesNotEnd(Date.now() / 1000)) }
      const layers = { ...env, ...age, [`${prefix}BUILD_CACHE`]: 'layers' }
      first = await run(layers)
      second = await run(layers)
    })

    it('a later job builds with the layers of the first, and runs nothing anew', () => {
      expect(logOf(second, 'cached').join('\n')).toMatch(says)
      expect(madeBy(second)).toMatch(/./)
      expect(madeBy(second)).toBe(madeBy(first))
    })

    it('each job has an image of its own, and deletes it; the layers stay', async () => {
      const statuses = [first, second].flatMap(builtImagesOf).map(image => registryStatusOf(testRegistryUrl(), image))
      expect(await Promise.all(statuses)).toEqual([404, 404])
      const added = (await ownTags()).filter(tag => !tagsBefore.includes(tag))
      expect(added.some(tag => tag.startsWith(`k8s-hooks-layers/octo/cache-${id}:`))).toBe(true)
    })
  })
})
