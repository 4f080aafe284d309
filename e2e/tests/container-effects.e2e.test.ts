import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { builtImagesOf, imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'
import { watchPods, type PodWatch } from '../src/harness/watch-pods.ts'

const secrets = {
  PASSWORD: 'correct-horse-battery',
  JOB_PASSWORD: 'staple-of-the-job',
  REGISTRY_PASSWORD: 'key-of-the-registry'
}

describe.each(volumeModes)('what comes back of container actions, %s mode', mode => {
  let site: Site | undefined
  let watch: PodWatch | undefined
  let run: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('effects', mode)
    watch = await watchPods(site.namespace)
    run = await runWorkflow(site, {
      repository: workflowFolder('container-action'),
      workflow: '.github/workflows/effects.yml',
      actions: workflowFolder('remote-actions'),
      secrets
    })
  })

  afterAll(async () => {
    await watch?.stop()
    await site?.dispose()
  })

  it('the job succeeds', () => {
    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
  })

  it('the image runs with its own entrypoint, environment and arguments in the workspace', () => {
    expect(outputOf(run, 'first')).toContain('Hello, Mona Lisa! (image made by k8s-hooks, in /github/workspace)')
  })

  it.each([
    ['an output', 'output=Hello, Mona Lisa!'],
    ['a variable', 'env=an action'],
    ['a folder of the PATH', expect.stringMatching(/^path=\/opt\/from action\/bin:\//)],
    ['a written file', 'file=Hello, Mona Lisa!'],
    ['a deleted file', 'deleted=yes'],
    ['a file mode', 'mode=750'],
    ['a symbolic link', 'link=first.txt']
  ])('the next step sees %s', (_effect, line) => {
    expect(outputOf(run, 'after the first use')).toContainEqual(line)
  })

  it('the summary of a step is that of its action', () => {
    expect(stepOf(run, 'first').summary).toBe('### Hello, Mona Lisa!\n')
  })

  it.each([
    ['Post first use', 'state: Hello, Mona Lisa!'],
    ['Post second use', 'state: Hello, Hubert!'],
    ['Post remote action', 'post saw prepared and done']
  ])('%s gets the state of its own main stage', (step, line) => {
    expect(outputOf(run, step)).toContain(line)
  })

  it.each([
    ['a second use', 'second=Hello, Hubert!'],
    ['a remote action with a pre stage', 'remote=prepared'],
    ['an action in a composite action', 'nested=Hello, the Octocat!'],
    ['an image', 'image=hi'],
    ['an image without a shell', 'distroless=hi'],
    ['an image that copies a file of the workspace', 'copy=Hello, Mona Lisa!']
  ])('outputs and files of %s are there', (_kind, line) => {
    expect(outputOf(run, 'at the end')).toContain(line)
  })

  it('an action whose Dockerfile lies in a folder of its own, and whose image has a user, writes outputs, and files into its home and temporary folder', () => {
    expect(stepOf(run, 'user')).toMatchObject({
      conclusion: 'success',
      outputs: { uid: '1234', home: '/github/home', temp: '/github/runner_temp' }
    })
  })

  it('an image without a shell reads the workspace and the event', () => {
    const lines = outputOf(run, 'distroless')
    expect(lines).toEqual(expect.arrayContaining(['first.txt', 'nested.txt', 'second.txt', '  "repository": {']))
  })

  it('each content is built once: second use, nested use, pre and post use it again', () => {
    const reused = run.stages.filter(({ stage }) => stage === 'image reused').length
    expect({ built: builtImagesOf(run).length, reused }).toEqual({ built: 3, reused: 7 })
  })

  it('the build stands in a folded group', () => {
    const lines = logOf(run, 'first')
    const start = lines.findIndex(line => line.startsWith('##[group]Building docker image with '))
    expect(lines.slice(start).findIndex(line => line === '##[endgroup]')).toBeGreaterThan(1)
  })

  it('the registry has none of the images afterwards', async () => {
    expect(await imageStatusesOf(run, testRegistryUrl())).toEqual([404, 404, 404])
  })

  it('no pod, Job or Secret is left', async () => {
    expect(site === undefined ? undefined : await leftoversOf(site)).toEqual([])
  })

  it('no file that a step can read holds a secret afterwards', async () => {
    const patterns = Object.values(secrets).flatMap(secret => ['-e', secret])
    const found = await site?.exec(['grep', '-rlF', ...patterns, '/home/runner/_work', '/tmp'])
    expect(found?.stdout).toBe('')
  })

  it('a container step pulls its image with the registry credentials of the job', () => {
    const steps = (watch?.pods() ?? []).filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === 'step')
    expect(steps.length).toBeGreaterThan(0)
    for (const { spec } of steps) expect(spec.imagePullSecrets).toContainEqual({ name: 'runner-pull-job' })
  })

  it('a container step is a Job where the role of the runner allows Jobs, else a bare pod', () => {
    const steps = (watch?.pods() ?? []).filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === 'step')
    const owners = new Set(steps.flatMap(({ metadata }) => metadata.ownerReferences?.map(({ kind }) => kind) ?? []))
    expect(owners).toEqual(new Set(mode === 'shared' ? ['Job'] : ['Pod']))
  })

  it.each(Object.values(secrets))('no pod shows %s to those who may read pods', secret => {
    const text = JSON.stringify(watch?.pods())
    expect(text).toContain('"runner-workflow"')
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('base64'))
  })
})
