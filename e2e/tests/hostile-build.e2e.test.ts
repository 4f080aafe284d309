import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { VolumeMode } from '../src/harness/arc-role.ts'
import { apply } from '../src/harness/kubectl.ts'
import { builtImagesOf, imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit, kaniko, type TestedBuilder } from '../src/harness/tested-builders.ts'
import { watchPods, type PodRecord } from '../src/harness/watch-pods.ts'

const repository = workflowFolder('hostile-build')
const workflow = '.github/workflows/hostile-build.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const secretName = 'registry-login'

interface HostileCase extends TestedBuilder {
  readonly mode: VolumeMode
  readonly pushes: 'apart' | 'at once'
}

const cases: readonly HostileCase[] = [
  { ...kaniko, mode: 'shared', pushes: 'apart' },
  { ...kaniko, mode: 'copy', pushes: 'apart' },
  { ...kaniko, mode: 'shared', pushes: 'at once' },
  { ...buildah, mode: 'shared', pushes: 'apart' },
  { ...buildah, mode: 'copy', pushes: 'apart' },
  { ...buildkit, mode: 'shared', pushes: 'apart' },
  { ...buildkit, mode: 'copy', pushes: 'at once' }
]

describe.each(cases)(
  'a hostile Dockerfile, $builder that pushes $pushes, $mode mode',
  ({ builder, mode, ...given }) => {
    let site: Site
    let run: WorkflowRun
    let pods: readonly PodRecord[]

    beforeAll(async () => {
      const isApart = given.pushes === 'apart'
      const env = { ...given.env, ...(isApart ? { [`${prefix}REGISTRY_SECRET_NAME`]: secretName } : {}) }
      site = await openTestSite(`hostile-${builder.toLowerCase()}`, mode, { env, labels: given.labels })
      if (isApart) await apply(registryLogin(site.namespace))
      const watch = await watchPods(site.namespace)
      try {
        run = await runWorkflow(site, { repository, workflow, secrets: { TOKEN: 'c4nary-token' } })
        pods = watch.pods()
      } finally {
        await watch.stop()
      }
    })

    afterAll(async () => {
      await (site as Site | undefined)?.dispose()
    })

    it('reaches its own context, and no credential, token, environment or file beside that', () => {
      const log = logOf(run, 'reach')
      expect(log).toContain('every probe was made')
      const reached = log.filter(line => line.startsWith('reached: '))
      expect(new Set(reached)).toEqual(new Set(['reached: own']))
    })

    it('has no trigger of its image run where the image is pushed', () => {
      expect(logOf(run, 'reach').filter(line => line.includes('every probe was made'))).toHaveLength(1)
    })

    it('takes nothing from above its directory', () => {
      expect(outputOf(run, 'climbs')).toContainEqual(expect.stringMatching(/^DOCKERFILE_LEAKS_CONTEXT: Line 3 /))
    })

    it('has no digest of its own choice run or deleted', async () => {
      expect(outputOf(run, 'reach')).toContain('the image that was built runs')
      const [image, ...others] = builtImagesOf(run)
      expect(others).toEqual([])
      expect(image).toMatch(/@sha256:(?!f{64})[0-9a-f]{64}$/)
      expect(await imageStatusesOf(run, testRegistryUrl())).toEqual([404])
    })

    it('gives the runner no command', () => {
      const steps = run.report.steps.filter(({ name }) => name !== 'climbs')
      const messages = steps.flatMap(({ annotations }) => annotations.map(({ message }) => message))
      expect(messages.filter(message => message.includes('forged'))).toEqual([])
      expect(stepOf(run, 'reach').outputs).toEqual({})
      expect(outputOf(run, 'afterwards')).toEqual(expect.arrayContaining(['the job goes on', "forged: ''"]))
      expect(stepOf(run, 'afterwards').annotations).toMatchObject([{ message: 'commands are obeyed' }])
    })

    it('leaves nothing', async () => {
      expect((await leftoversOf(site)).filter(name => name !== `Secret/${secretName}`)).toEqual([])
    })

    if (given.pushes === 'apart') {
      it('is built by a container that does not mount the credentials, and pushed by one that mounts no context', () => {
        const [pod] = pods.filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === 'builder')
        const mountsOf = (name: string): readonly string[] =>
          [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])]
            .filter(container => container.name === name)
            .flatMap(({ volumeMounts = [] }) => volumeMounts.map(mount => mount.name))
        expect(mountsOf('build')).toContain('context')
        expect(mountsOf('build')).not.toContain('registry-credentials')
        expect(mountsOf('push')).toContain('registry-credentials')
        expect(mountsOf('push')).not.toContain('context')
      })
    }
  }
)

/** The registry of the cluster asks for no credentials; here it matters who could read them. */
function registryLogin(namespace: string): object {
  const login = { username: 'ci', password: 'c4nary-password', auth: btoa('ci:c4nary-password') }
  const config = { auths: { 'registry.default.svc.cluster.local:5000': login, 'localhost:30500': login } }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: secretName, namespace },
    stringData: { '.dockerconfigjson': JSON.stringify(config) }
  }
}
