import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { callHook } from '../src/harness/call-hook.ts'
import { apply } from '../src/harness/kubectl.ts'
import { imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import { runnerPodName, type Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('prepare-and-cleanup')
const workflow = '.github/workflows/prepare-and-cleanup.yml'
const withoutContainer = { ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'false' }

describe.each(volumeModes)('before the first step and after the last, %s mode', mode => {
  let site: Site
  let services: WorkflowRun
  let failing: WorkflowRun
  let servicesOnly: WorkflowRun
  let withoutPod: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('prepare', mode)
    const run = async (job: string, env?: Readonly<Record<string, string>>): Promise<WorkflowRun> =>
      await runWorkflow(site, { repository, workflow, job, ...(env === undefined ? {} : { env }) })
    services = await run('services')
    // Both containers run long before that, also on a busy node.
    failing = await run('failing', { ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS: '30' })
    servicesOnly = await run('services-only', withoutContainer)
    withoutPod = await run('without-container', withoutContainer)
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('script steps reach services by alias, name, image and localhost, two of one image too', () => {
    const [web, second] = ['hello of web', 'hello of second']
    expect(outputOf(services, 'services by name')).toEqual([web, second, web, second])
  })

  it('container steps reach services by alias and name', () => {
    expect(outputOf(services, 'services by name in a container')).toEqual(['hello of web', 'hello of second'])
  })

  it('the contexts of the job have the ports of its services, and its container has its environment', () => {
    expect(outputOf(services, 'contexts')).toEqual([
      'web=8080',
      'second=8081',
      'container=runner-workflow',
      'env=of the job container'
    ])
  })

  it('a service that does not become healthy fails the job after the time-out, and is named', () => {
    expect(failing.report.result).toBe('failure')
    expect(outputOf(failing, 'Initialize containers')).toContainEqual(
      expect.stringMatching(/^POD_TIMEOUT: .*container busybox runs, but is not ready/)
    )
  })

  it('the log of a service that does not become healthy is shown', () => {
    expect(outputOf(failing, 'Initialize containers')).toContainEqual(expect.stringContaining('words of the service'))
  })

  it('steps after a failed prepare_job say where to look, and cleanup_job succeeds', () => {
    expect(stepOf(failing, 'never reached').outcome).toBe('skipped')
    expect(outputOf(failing, 'always')).toContainEqual(expect.stringContaining('JOB_NOT_PREPARED: '))
    expect(failing.report.hooks.at(-1)).toMatchObject({ command: 'cleanup_job', exitCode: 0 })
  })

  it('in a job with services alone, steps run on the runner, and container steps reach the services', () => {
    expect(outputOf(servicesOnly, 'on the runner')).toContain(`host=${runnerPodName}`)
    expect(outputOf(servicesOnly, 'services by name in a container')).toEqual(['hello of web'])
    expect(servicesOnly.report.result).toBe('success')
  })

  it('in a job without container and services, an action is built and run, and its image deleted with the step', async () => {
    expect(withoutPod.report.hooks.map(({ command }) => command)).toEqual(['run_container_step'])
    expect(outputOf(withoutPod, 'built action')).not.toContainEqual(expect.stringContaining('::error::'))
    expect(withoutPod.log).toContain('\noutput=from the runner\na file of the action\n')
    expect(await imageStatusesOf(withoutPod, testRegistryUrl())).toEqual([404])
  })

  it('nothing is left of any of these jobs', async () => {
    expect(await leftoversOf(site)).toEqual([])
  })

  it('cleanup_job may run again and again, and leaves what is not of this runner', async () => {
    const others = [
      objectOf(site, 'Secret', 'of-another-runner', { 'runner-pod': 'runner-2', 'k8s-hooks/role': 'secret' }),
      objectOf(site, 'Secret', 'of-arc', { 'runner-pod': runnerPodName }),
      objectOf(site, 'Pod', 'runner-2-workflow', { 'runner-pod': 'runner-2', 'k8s-hooks/role': 'job' })
    ]
    await apply(...others)
    const input = '{"command":"cleanup_job","responseFile":"/tmp/response.json","args":{},"state":null}'
    const codes = [(await callHook(site, input)).exitCode, (await callHook(site, input)).exitCode]
    expect(codes).toEqual([0, 0])
    expect(new Set(await leftoversOf(site))).toEqual(
      new Set(['Pod/runner-2-workflow', 'Secret/of-another-runner', 'Secret/of-arc'])
    )
  })
})

function objectOf({ namespace }: Site, kind: string, name: string, labels: Readonly<Record<string, string>>): object {
  const containers = [{ name: 'main', image: 'localhost/static:1', args: ['sleep=3600'] }]
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace, labels },
    ...(kind === 'Pod' ? { spec: { containers, terminationGracePeriodSeconds: 0 } } : {})
  }
}
