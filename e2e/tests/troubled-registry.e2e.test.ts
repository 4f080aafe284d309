import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyBaseImage } from '../src/harness/copy-base-image.ts'
import { startHttpFront, type FrontAnswer, type FrontRequest, type HttpFront } from '../src/harness/http-front.ts'
import { imagesStayLines, imageStatusesOf } from '../src/harness/leftovers.ts'
import { nodeAddress } from '../src/harness/node-address.ts'
import { registryPort, startRegistry } from '../src/harness/own-registry.ts'
import { registrySettings } from '../src/harness/registry-settings.ts'
import { runWorkflow, startWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit, kaniko } from '../src/harness/tested-builders.ts'

const repository = workflowFolder('registries')
const workflow = '.github/workflows/registries.yml'
const builders = [kaniko, buildah, buildkit]
const withoutContainer = { ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'false' }

/** The cluster's own registry, behind a front that answers for it now and then. */
describe('a registry', () => {
  let site: Site
  const undo: (() => Promise<void>)[] = []

  beforeAll(async () => {
    site = await openTestSite('troubled-registry', 'shared')
    undo.push(() => site.dispose())
  })

  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  })

  const run = async (job: string, env: Readonly<Record<string, string | undefined>>): Promise<WorkflowRun> =>
    await runWorkflow(site, { repository, workflow, job, env })

  describe('that is overloaded for a while', () => {
    let front: HttpFront
    let built: WorkflowRun

    beforeAll(async () => {
      const troubles = new Map<string, readonly FrontAnswer[]>([
        ['POST', [{ status: 503 }, { status: 429 }]],
        ['DELETE', [{ status: 429, headers: { 'retry-after': '1' } }, { status: 503 }]]
      ])
      const host = await nodeAddress()
      const answer = ({ method }: FrontRequest): FrontAnswer | undefined => {
        const [next, ...rest] = troubles.get(method) ?? []
        troubles.set(method, rest)
        return next
      }
      front = await startHttpFront({ listenHost: host, target: new URL(testRegistryUrl()), answer })
      undo.push(() => front.stop())
      const ports = { PORT: String(front.port), NODE_PORT: new URL(testRegistryUrl()).port }
      built = await run('in-container', await registrySettings({ HOST: host, ...ports }))
    })

    it('is asked again, by the builder and by the hook', () => {
      expect(front.answered()).toEqual(['POST 503', 'POST 429', 'DELETE 429', 'DELETE 503'])
      expect(built.report.result).toBe('success')
    })

    it('has nothing left', async () => {
      expect(imagesStayLines(built)).toEqual([])
      expect(await imageStatusesOf(built, testRegistryUrl())).toEqual([404])
    })
  })

  // As where a network policy does not know the builder's pod in its first seconds.
  describe('that a new pod cannot reach at first', () => {
    const built = new Map<string, WorkflowRun>()

    beforeAll(async () => {
      const registry = await startRegistry({ namespace: site.namespace, name: 'late', tls: false })
      await copyBaseImage('busybox:1.35', registry)
      const at = { HOST: registry.host, NODE_PORT: String(registry.nodePort) }
      const env = await registrySettings({ ...at, MIRRORS: `${registry.host}:${registryPort}/dockerhub` })
      for (const { builder, env: settings } of builders) {
        const open = await registry.close()
        const job = await startWorkflow(site, {
          repository,
          workflow,
          job: 'in-container',
          env: { ...env, ...settings }
        })
        await job.saw('Sent the build context')
        await sleep(4000)
        await open()
        built.set(builder, await job.finished)
      }
    })

    it.each(builders)('is waited for before $builder builds', ({ builder }) => {
      expect(built.get(builder)?.log).toContain('built from a Dockerfile')
      expect(built.get(builder)?.report.result).toBe('success')
    })
  })

  describe('that refuses to delete after a step', () => {
    let jobs: readonly WorkflowRun[]

    beforeAll(async () => {
      const host = await nodeAddress()
      let refusals = 0
      const answer = ({ method }: FrontRequest): FrontAnswer | undefined =>
        method === 'DELETE' && refusals++ === 0 ? { status: 405 } : undefined
      const front = await startHttpFront({ listenHost: host, target: new URL(testRegistryUrl()), answer })
      undo.push(() => front.stop())
      const env = await registrySettings({
        HOST: host,
        PORT: String(front.port),
        NODE_PORT: new URL(testRegistryUrl()).port
      })
      jobs = [await run('on-runner', { ...env, ...withoutContainer }), await run('in-container', env)]
    })

    it('costs one notice, and no job its success', () => {
      expect(jobs.map(({ report }) => report.result)).toEqual(['success', 'success'])
      expect(jobs.map(job => imagesStayLines(job))).toEqual([[expect.stringContaining('status 405')], []])
    })

    it('is asked again by the next cleanup_job, and has nothing left', async () => {
      const statuses = await Promise.all(jobs.map(job => imageStatusesOf(job, testRegistryUrl())))
      expect(statuses).toEqual([[404, 404, 404], [404]])
    })
  })

  describe('whose disk is full', () => {
    const failed = new Map<string, WorkflowRun>()

    beforeAll(async () => {
      const registry = await startRegistry({ namespace: site.namespace, name: 'full', tls: false, room: '64Ki' })
      const env = await registrySettings({ HOST: registry.host, NODE_PORT: String(registry.nodePort) })
      for (const { builder, env: settings } of builders)
        failed.set(builder, await run('from-nothing', { ...env, ...settings }))
    })

    it.each(builders)('fails the step of $builder, and the message says where to look', ({ builder }) => {
      const job = failed.get(builder)
      if (job === undefined) throw new Error(`no run of ${builder}`)
      expect(job.report.result).toBe('failure')
      expect(outputOf(job, 'first')).toContainEqual(
        expect.stringMatching(/^BUILD_FAILED: The image could not be pushed: .*full\..*(has no room|disk is full)/)
      )
    })
  })
})
