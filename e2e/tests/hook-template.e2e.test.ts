import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { apply, kubectl } from '../src/harness/kubectl.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { addOtherNode, type OtherNode } from '../src/harness/other-node.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import { runnerPodName, type Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'
import { watchPods, type ContainerRecord, type PodRecord, type PodWatch } from '../src/harness/watch-pods.ts'

const repository = workflowFolder('hook-template')
const workflow = '.github/workflows/hook-template.yml'
const templateFolder = '/home/runner/pod-templates'

describe.each(volumeModes)('a hook template, %s mode', mode => {
  let site: Site
  let watch: PodWatch
  let run: WorkflowRun
  let broken: WorkflowRun
  let restricted: WorkflowRun
  let mixed: WorkflowRun
  let otherNode: OtherNode
  let nodeOfOthers: string

  beforeAll(async () => {
    site = await openTestSite('template', mode)
    await site.copyIn(repository, templateFolder)
    await site.exec(['sh', '-c', `echo 'spec: { volumes: [a] }' > ${templateFolder}/broken.yml`])
    watch = await watchPods(site.namespace)
    const start = async (job: string, template: string): Promise<WorkflowRun> => {
      const env = { ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: `${templateFolder}/${template}.yml` }
      return await runWorkflow(site, { repository, workflow, job, env, secrets: { REGISTRY_PASSWORD: 'x' } })
    }
    run = await start('styled', 'hook-template')
    broken = await start('restricted', 'broken')
    otherNode = await addOtherNode(`${site.namespace}-other`)
    const attracted = JSON.stringify({ spec: otherNode.attraction })
    await site.exec(['sh', '-c', `cat > ${templateFolder}/attracted.yml`], { input: attracted })
    mixed = await start('mixed', 'attracted')
    nodeOfOthers = await placeOf(otherNode.attraction)
    // The runner pod is there already; the pods of the hook must fit.
    await kubectl(['label', 'namespace', site.namespace, 'pod-security.kubernetes.io/enforce=restricted'])
    restricted = await start('restricted', 'restricted')
  })

  afterAll(async () => {
    await (watch as PodWatch | undefined)?.stop()
    await (otherNode as OtherNode | undefined)?.remove()
    await (site as Site | undefined)?.dispose()
  })

  /** Where a pod goes that is not the hook's. */
  const placeOf = async (spec: object): Promise<string> => {
    const { namespace } = site
    const containers = [{ name: 'main', image: 'busybox:1.35' }]
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other', namespace },
      spec: { ...spec, containers }
    })
    const pod = ['-n', namespace, 'pod/other']
    await kubectl(['wait', ...pod, '--for=condition=PodScheduled', '--timeout=60s'])
    const node = await kubectl(['get', ...pod, '-o', 'jsonpath={.spec.nodeName}'])
    await kubectl(['delete', ...pod, '--force', '--grace-period=0'])
    return node
  }

  const podOf = (role: string): PodRecord | undefined =>
    watch.pods().find(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === role)
  const namesOf = (containers: readonly ContainerRecord[] = []): readonly string[] => containers.map(({ name }) => name)

  it('styles the job container: environment, volume, groups, hosts', () => {
    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    const lines = outputOf(run, 'job')
    expect(lines.slice(0, 2)).toEqual(['of the template, changed by the template', 'of the init container'])
    expect(lines[2]?.split(' ')).toContain('2000')
    expect(lines[3]).toBe('10.1.1.1')
  })

  it('layers default, short name and whole image over a service, which has nothing of $job', () => {
    expect(outputOf(run, 'job').slice(4)).toEqual(['1234', 'default short', 'end'])
  })

  it('styles container steps, of an image and built', () => {
    expect(outputOf(run, 'image')).toEqual(['of-step=of the template', 'of the init container'])
    expect(outputOf(run, 'built')).toEqual(
      expect.arrayContaining(['built', 'of-step=of the template', '/from-template'])
    )
  })

  it('styles the build container, and requests stay within limits', () => {
    const build = podOf('builder')?.spec.containers.find(({ name }) => name === 'build')
    expect(build?.resources).toMatchObject({ requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '1Gi' } })
    const job = podOf('job')?.spec.containers.find(({ name }) => name === 'job')
    expect(job?.resources).toEqual({ requests: { cpu: '300m' }, limits: { cpu: '300m' } })
  })

  it('puts sidecars into the job pod only, and init containers behind ours', () => {
    expect(namesOf(podOf('job')?.spec.containers)).toEqual(['job', 'busybox', 'sidecar'])
    expect(namesOf(podOf('job')?.spec.initContainers)).toEqual(['prepare-volume'])
    expect(namesOf(podOf('step')?.spec.containers)).toEqual(mode === 'copy' ? ['transfer', 'main'] : ['main'])
    expect(namesOf(podOf('step')?.spec.initContainers)).toEqual(['prepare-volume'])
    expect(namesOf(podOf('builder')?.spec.initContainers)).toEqual(['receive', 'prepare-volume'])
  })

  it.each(['job', 'step', 'builder'])('gives the %s pod labels, annotations and the rest of the pod', role => {
    const pod = podOf(role)
    expect(pod?.metadata.labels).toMatchObject({ team: 'platform', 'runner-pod': runnerPodName })
    expect(pod?.metadata.annotations).toMatchObject({ 'example.org/note': 'of the template' })
    expect(pod?.spec).toMatchObject({ terminationGracePeriodSeconds: 7 })
    expect(pod?.spec.tolerations).toContainEqual({ key: 'ci', operator: 'Exists' })
  })

  it('unites its pull secrets with those of the workflow, each once', () => {
    expect(podOf('job')?.spec.imagePullSecrets).toEqual([{ name: 'runner-pull-job' }, { name: 'company' }])
  })

  it('never has a job run on another processor than the runner', () => {
    expect({ result: mixed.report.result, log: mixed.log }).toMatchObject({ result: 'success' })
    expect(outputOf(mixed, 'built')).toContain('built')
    expect(nodeOfOthers).toBe(otherNode.name)
  })

  it('that is wrong fails the job with file and field', () => {
    const words = `TEMPLATE_INVALID: The hook template ${templateFolder}/broken.yml is wrong: spec.volumes[0] must be an object.`
    expect(outputOf(broken, 'Initialize containers')).toContainEqual(expect.stringContaining(words))
  })

  it('lets a job run in a namespace that enforces Pod Security "restricted"', () => {
    expect({ result: restricted.report.result, log: restricted.log }).toMatchObject({ result: 'success' })
    expect(outputOf(restricted, 'script')).toEqual(['1001'])
    expect(outputOf(restricted, 'container')).toEqual(['1001', 'of the script'])
    expect(outputOf(restricted, 'after')).toEqual(['of the action, hi'])
  })

  it('leaves nothing behind', async () => {
    expect(await leftoversOf(site)).toEqual([])
  })
})
