import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { VolumeMode } from '../src/harness/arc-role.ts'
import { builtImagesOf, imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit, kaniko, type TestedBuilder } from '../src/harness/tested-builders.ts'
import { watchPods, type PodRecord } from '../src/harness/watch-pods.ts'

const repository = workflowFolder('builders')
const workflow = '.github/workflows/builders.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

interface BuilderCase extends TestedBuilder {
  readonly mode: VolumeMode
}

const cases: readonly BuilderCase[] = [
  { ...kaniko, mode: 'shared' },
  { ...kaniko, mode: 'copy' },
  { ...buildah, mode: 'shared' },
  { ...buildah, mode: 'copy' },
  { ...buildkit, mode: 'shared' },
  { ...buildkit, mode: 'copy' }
]

describe.each(cases)('$builder, $mode mode', ({ builder, mode, env, labels, escalating }) => {
  let site: Site
  let built: WorkflowRun
  let failed: WorkflowRun
  let podsOfBuild: readonly PodRecord[]
  let podsOfFailure: readonly PodRecord[]

  beforeAll(async () => {
    site = await openTestSite(builder.toLowerCase(), mode, {
      env: { ...env, [`${prefix}BUILD_SUMMARY`]: 'true' },
      labels
    })
    const inWatch = async (job: string): Promise<readonly [WorkflowRun, readonly PodRecord[]]> => {
      const watch = await watchPods(site.namespace)
      try {
        return [await runWorkflow(site, { repository, workflow, job }), watch.pods()]
      } finally {
        await watch.stop()
      }
    }
    ;[built, podsOfBuild] = await inWatch('multi-stage')
    ;[failed, podsOfFailure] = await inWatch('failing')
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('builds stages, arguments, ownership, modes, environment, user and entry point as Docker does', () => {
    expect(outputOf(built, 'built')).toEqual(
      expect.arrayContaining([
        'arguments: from Mona Lisa',
        'greeting: Hello of 1234',
        'user: app 1234',
        'place: the image',
        'program: 1234 555'
      ])
    )
  })

  it('the summary of the step tells image, size, layers and times', () => {
    const { summary } = stepOf(built, 'built')
    expect(summary).toContain(builtImagesOf(built)[0])
    expect(summary).toMatch(
      /\| size \| layers \| packing \| pod \| sending \| build \| push \|\n.*\n\| \d[^|]* MB \| \d+ \|/
    )
  })

  it('a failing instruction is named with its line in the Dockerfile', () => {
    const error = outputOf(failed, 'failing RUN').find(line => line.startsWith('BUILD_FAILED: '))
    expect(error).toContain('at line 2 of the Dockerfile')
  })

  it(`is a ${mode === 'shared' ? 'Job, which the role allows' : 'Pod, since the role has no Jobs'}`, () => {
    const owners = rolePods(podsOfBuild, 'builder').flatMap(({ metadata }) => metadata.ownerReferences ?? [])
    expect(new Set(owners.map(({ kind }) => kind))).toEqual(new Set([mode === 'shared' ? 'Job' : 'Pod']))
  })

  const noneIsPrivileged =
    escalating.length === 0
      ? 'no container of the job is privileged or may become so'
      : 'no container of the job is privileged, and only the one that builds may gain privileges'
  it(noneIsPrivileged, () => {
    const contexts = podsOfBuild.flatMap(containersOf).map(({ securityContext }) => securityContext ?? {})
    expect(contexts.filter(({ privileged }) => privileged === true)).toEqual([])
    const builderContexts = rolePods(podsOfBuild, 'builder').flatMap(containersOf)
    const gaining = builderContexts.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
    expect(new Set(gaining.map(({ name }) => name))).toEqual(new Set(escalating))
  })

  it('a failing RUN fails the step with its own exit code in the message', () => {
    const error = outputOf(failed, 'failing RUN').find(line => line.startsWith('BUILD_FAILED: '))
    expect(error).toMatch(/exit (status|code) 7\b/)
    expect(failed.report.result).toBe('failure')
  })

  it('the output of a failing RUN stands in the folded log of the build', () => {
    const lines = logOf(failed, 'failing RUN')
    const start = lines.indexOf(`##[group]Building docker image with ${builder}`)
    const end = lines.indexOf('##[endgroup]', start)
    expect(lines.slice(start, end)).toContain('words of the failing instruction')
  })

  it('no pod is made for a step whose image could not be built', () => {
    expect(rolePods(podsOfFailure, 'builder')).not.toEqual([])
    expect(rolePods(podsOfFailure, 'step')).toEqual([])
  })

  it('nothing is left, in the cluster or in the registry', async () => {
    expect(await leftoversOf(site)).toEqual([])
    expect(await imageStatusesOf(built, testRegistryUrl())).toEqual([404])
  })

  if (builder === 'Kaniko') {
    it('builds with no capability but the six that unpacking an image takes', () => {
      const [pod] = rolePods(podsOfBuild, 'builder')
      const build = pod === undefined ? undefined : containersOf(pod).find(({ name }) => name === 'build')
      expect(build?.securityContext?.capabilities).toEqual({
        drop: ['ALL'],
        add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'SETFCAP']
      })
      expect(pod?.spec.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } })
    })
  }
})

function rolePods(pods: readonly PodRecord[], role: string): readonly PodRecord[] {
  return pods.filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === role)
}

function containersOf({ spec }: PodRecord): PodRecord['spec']['containers'] {
  return [...(spec.initContainers ?? []), ...spec.containers]
}
