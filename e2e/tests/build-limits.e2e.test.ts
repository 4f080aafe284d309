import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { apply } from '../src/harness/kubectl.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { putIndex } from '../src/harness/registry.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit } from '../src/harness/tested-builders.ts'
import { watchPods, type PodRecord } from '../src/harness/watch-pods.ts'

const repository = workflowFolder('build-limits')
const workflow = '.github/workflows/build-limits.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const templatePath = '/tmp/template.yaml'
const withTemplate = { ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: templatePath }

/** Everything that an operator may want of the builder's pod alone. */
const template = `
spec:
  containers:
    - name: $builder
      resources:
        limits: { memory: 96Mi, ephemeral-storage: 100Mi }
        requests: { cpu: 10m, memory: 32Mi, ephemeral-storage: 10Mi }
      nodeSelector: { kubernetes.io/os: linux }
      tolerations: [{ key: builds, operator: Exists }]
      serviceAccountName: builder
`

describe.each(volumeModes)('the limits of a build, %s mode', mode => {
  let site: Site
  let pods: readonly PodRecord[]
  const runs: Record<string, WorkflowRun> = {}

  beforeAll(async () => {
    site = await openTestSite('build-limits', mode)
    await apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'builder', namespace: site.namespace }
    })
    await site.exec(['sh', '-c', `cat > ${templatePath}`], { input: template })
    const run = async (job: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
      runs[job] = await runWorkflow(site, { repository, workflow, job, env })
    }
    await run('endless', { [`${prefix}BUILD_TIMEOUT_SECONDS`]: '20' })
    const watch = await watchPods(site.namespace)
    try {
      await run('disk', withTemplate)
      pods = watch.pods()
    } finally {
      await watch.stop()
    }
    await run('memory', withTemplate)
    await run('no-command')
    await putIndex(`${testRegistryUrl()}/v2/dockerhub/library/busybox`, { tag: 'for-one-platform', of: '1.35' })
    for (const { builder, env } of [buildah, buildkit])
      runs[`other-platform, ${builder}`] = await runWorkflow(site, { repository, workflow, job: 'other-platform', env })
    await run('fine', { [`${prefix}BUILDER_IMAGE`]: 'localhost:30500/no/such-builder:1' })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it.each([
    {
      job: 'endless',
      message:
        /^BUILD_TIMEOUT: The build was stopped after 20 s, while it was building at line 2 of the Dockerfile, "RUN echo started && .*sleep 600"/,
      hint: 'BUILD_TIMEOUT_SECONDS'
    },
    {
      job: 'disk',
      message: /^BUILD_FAILED: .* at line 3 of the Dockerfile, "RUN dd .*: Evicted: .*ephemeral.*100Mi/,
      hint: 'limit of ephemeral-storage of $builder'
    },
    {
      job: 'memory',
      message: /^BUILD_FAILED: .*(OOMKilled|signal: killed|exit (?:status|code) 137).*/,
      hint: 'memory limit of $builder'
    },
    ...[buildah, buildkit].map(({ builder }) => ({
      job: `other-platform, ${builder}`,
      message: /^BASE_IMAGE_NOT_FOUND: .* at line 1 of the Dockerfile, "FROM .*busybox:for-one-platform/,
      hint: 'not for this platform'
    })),
    { job: 'no-command', message: /^IMAGE_WITHOUT_COMMAND: .*no command specified/i, hint: 'ENTRYPOINT' },
    { job: 'fine', message: /^BUILDER_POD_FAILED: .*localhost:30500\/no\/such-builder:1/, hint: 'BUILDER_IMAGE' }
  ])('$job is told with its place, its reason and what to do', ({ job, message, hint }) => {
    const run = runs[job]
    if (run === undefined) throw new Error(`no run of ${job}`)
    const said = outputOf(run, 'build').find(line => /^[A-Z_]+: /.test(line))
    expect(said).toMatch(message)
    expect(said).toContain(hint)
    expect(run.report.result).toBe('failure')
  })

  it('$builder of the hook template styles the pod of the builder and no other', () => {
    const style = {
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      serviceAccountName: 'builder',
      tolerations: expect.arrayContaining([{ key: 'builds', operator: 'Exists' }])
    }
    const specOf = (role: string): object =>
      pods.find(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === role)?.spec ?? {}
    expect(specOf('builder')).toMatchObject(style)
    expect(specOf('job')).not.toMatchObject({ serviceAccountName: 'builder' })
  })

  it('leaves nothing', async () => {
    expect(await leftoversOf(site)).toEqual([])
  })
})
