import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('bad-input')
const workflow = '.github/workflows/bad-input.yml'

describe.each(volumeModes)('what a workflow gets wrong, %s mode', mode => {
  let site: Site
  let actions: WorkflowRun
  let container: WorkflowRun
  let withoutShell: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('bad-workflow', mode)
    const env = { ACTIONS_RUNNER_CONTAINER_HOOKS_BUILD_CONTEXT_MAX_BYTES: '1000000' }
    actions = await runWorkflow(site, { repository, workflow, job: 'actions', env })
    container = await runWorkflow(site, { repository, workflow, job: 'unpullable-container' })
    withoutShell = await runWorkflow(site, { repository, workflow, job: 'container-without-shell' })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it.each([
    [
      'a Dockerfile outside the work directory',
      'CONTEXT_ESCAPES: /home/runner/run/repository/outside/Dockerfile leads to'
    ],
    ['a Dockerfile that is a link to one outside', 'CONTEXT_ESCAPES: '],
    ['an action folder that is a link to one outside', 'CONTEXT_ESCAPES: '],
    ['a Dockerfile that does not parse', 'DOCKERFILE_INVALID: Line 2 of the Dockerfile: "RUM" is not an instruction'],
    // The runner looks before it calls the hook (contract 1.4).
    ['a Dockerfile that is not there', "##[error]File not found: '/home/runner/_work/"],
    ['a Dockerfile that is a directory', 'DOCKERFILE_IS_DIRECTORY: '],
    ['an empty Dockerfile', 'DOCKERFILE_EMPTY: '],
    ['a Dockerfile that is a program', 'actions/binary/Dockerfile is not a text in UTF-8.'],
    ['stages that take files of each other', 'DOCKERFILE_INVALID: Line 2 of the Dockerfile: --from=two is '],
    [
      'a context that is too big',
      'The biggest: file-6 (600 kB), file-5 (500 kB), file-4 (400 kB), file-3 (300 kB), file-2 (200 kB).'
    ],
    ['an image that cannot be pulled', 'IMAGE_PULL_FAILED: ']
  ])('%s fails the step and is named', (step, words) => {
    expect(stepOf(actions, step).outcome).toBe('failure')
    expect(outputOf(actions, step)).toContainEqual(expect.stringContaining(words))
  })

  it('the message of an image that cannot be pulled has its name and the words of the kubelet', () => {
    const error = outputOf(actions, 'an image that cannot be pulled').find(line => line.startsWith('IMAGE_PULL_FAILED'))
    expect(error).toMatch(/localhost:30500\/no\/such-image:1.*not found/)
  })

  it('the job goes on after each of them', () => {
    expect(outputOf(actions, 'a step after all that')).toContain('the job goes on')
    expect(actions.report.result).toBe('success')
  })

  it('a job container that cannot be pulled fails "Initialize containers" and names the image', () => {
    expect(container.report.result).toBe('failure')
    const error = outputOf(container, 'Initialize containers').find(line => line.startsWith('IMAGE_PULL_FAILED'))
    expect(error).toMatch(/localhost:30500\/no\/such-image:1.*not found/)
  })

  it('a job container without a shell fails "Initialize containers" and names what is missing', () => {
    expect(withoutShell.report.result).toBe('failure')
    const error = outputOf(withoutShell, 'Initialize containers').find(line => line.startsWith('POD_FAILED'))
    expect(error).toMatch(/"sh": executable file not found/)
  })

  it('cleanup_job succeeds after each, without a state', () => {
    const codes = [actions, container, withoutShell].map(({ report }) => report.hooks.at(-1))
    expect(codes).toMatchObject(Array(3).fill({ command: 'cleanup_job', exitCode: 0 }))
  })

  it('nothing is left', async () => {
    expect(await leftoversOf(site)).toEqual([])
  })
})
