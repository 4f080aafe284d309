import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { apply, kubectl } from '../src/harness/kubectl.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('starting')
const workflow = '.github/workflows/starting.yml'
const own = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const template = (name: string): Readonly<Record<string, string>> => ({
  ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: `/home/runner/run/repository/${name}.yaml`
})

/** What a hook said when it gave up: the line with the error's code. */
function errorOf(run: WorkflowRun, step = 'Initialize containers'): string {
  return outputOf(run, step).find(line => /^[A-Z_]+: /.test(line)) ?? ''
}

describe.each(volumeModes)('a pod that does not start, %s mode', mode => {
  let site: Site
  let noImage: WorkflowRun
  let noNode: WorkflowRun
  let noVolume: WorkflowRun
  let refused: WorkflowRun
  let refusedStep: WorkflowRun
  let overQuota: WorkflowRun
  let steps: WorkflowRun

  const run = async (job: string, env: Readonly<Record<string, string>> = {}): Promise<WorkflowRun> =>
    await runWorkflow(site, { repository, workflow, job, env })

  beforeAll(async () => {
    site = await openTestSite('starting', mode)
    const { namespace } = site
    noImage = await run('no-image')
    noNode = await run('job', { ...template('no-node'), [`${own}SCHEDULE_TIMEOUT_SECONDS`]: '3' })
    steps = await run('no-image-of-step', template('little-memory'))
    await apply(...mayListEvents(namespace))
    noVolume = await run('job', { ...template('no-volume'), [`${own}PULL_TIMEOUT_SECONDS`]: '5' })
    await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=baseline'])
    refused = await run('job', template('privileged'))
    refusedStep = await run('step', template('privileged-step'))
    // The runner pod counts.
    await apply({
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few-pods', namespace } },
      spec: { hard: { pods: '1' } }
    })
    await kubectl(['-n', namespace, 'wait', '--for=jsonpath={.status.used.pods}=1', 'resourcequota/few-pods'])
    overQuota = await run('job')
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('names the image that cannot be pulled, in the words of the kubelet, as a warning at once and as the error', () => {
    expect(errorOf(noImage)).toMatch(
      /^IMAGE_PULL_FAILED: .*Container job \(image localhost:30500\/no-such-image:1\) cannot start: .*no-such-image/
    )
    expect(outputOf(noImage, 'Initialize containers')).toContainEqual(
      expect.stringMatching(
        /^##\[warning\]Container job \(image localhost:30500\/no-such-image:1\) cannot start: ErrImagePull: /
      )
    )
  })

  it('tells what the scheduler says, and which limit was reached', () => {
    expect(outputOf(noNode, 'Initialize containers')).toContainEqual(
      expect.stringMatching(
        /^##\[warning\]The pod cannot be scheduled: 0\/\d+ nodes are available: .*node affinity\/selector/
      )
    )
    const error = errorOf(noNode)
    expect(error).toMatch(
      /^POD_TIMEOUT: Pod runner-workflow had no node after 3 s: its phase is Pending; PodScheduled is False: Unschedulable: /
    )
    expect(error).toContain('ACTIONS_RUNNER_CONTAINER_HOOKS_SCHEDULE_TIMEOUT_SECONDS sets')
  })

  it('tells what the events say of a volume, where the role lets it read them', () => {
    const error = errorOf(noVolume)
    expect(error).toMatch(
      /^POD_TIMEOUT: Pod runner-workflow had not all of its images and volumes after 5 s: .*job .*ContainerCreating/
    )
    expect(error).toMatch(/Its events: .*FailedMount: .*"no-such-secret" not found/)
  })

  it('tells what an admission policy says', () => {
    expect(errorOf(refused)).toMatch(/^CLUSTER_REFUSED: .*violates PodSecurity "baseline:latest": privileged/)
    expect(errorOf(refusedStep, 'refused step')).toMatch(/violates PodSecurity "baseline:latest": privileged/)
  })

  it('tells which quota is exceeded', () => {
    expect(errorOf(overQuota)).toMatch(/^CLUSTER_REFUSED: .*exceeded quota: few-pods, requested: pods=1, used: pods=1/)
  })

  it('names the image of a container step that cannot be pulled', () => {
    expect(errorOf(steps, 'step without image')).toMatch(
      /^IMAGE_PULL_FAILED: .*Container main \(image localhost:30500\/no-such-image:1\) cannot start: /
    )
  })

  it('says that a container step has used more memory than its limit allows, with exit code 137', () => {
    expect(errorOf(steps, 'step that needs too much memory')).toMatch(/^STEP_OUT_OF_MEMORY: /)
    expect(stepOf(steps, 'step that needs too much memory').exitCode).toBe(137)
  })

  it('is left to nobody: cleanup_job deletes it', async () => {
    for (const { report } of [noImage, noNode, noVolume, refused, refusedStep, overQuota, steps])
      expect(report.hooks.at(-1)).toMatchObject({ command: 'cleanup_job', exitCode: 0 })
    expect(await leftoversOf(site)).toEqual([])
  })
})

/** What an operator adds to ARC's role. */
function mayListEvents(namespace: string): readonly object[] {
  const metadata = { name: 'events', namespace }
  const group = 'rbac.authorization.k8s.io'
  return [
    {
      ...{ apiVersion: `${group}/v1`, kind: 'Role', metadata },
      rules: [{ apiGroups: [''], resources: ['events'], verbs: ['list'] }]
    },
    {
      ...{ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata },
      roleRef: { apiGroup: group, kind: 'Role', name: 'events' },
      subjects: [{ kind: 'ServiceAccount', name: 'runner', namespace }]
    }
  ]
}
