import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('limits')
const workflow = '.github/workflows/limits.yml'
const templatePath = '/home/runner/template.json'

/** Limits the memory of container steps, and takes from a job container of root what an image may lack. */
const template = {
  spec: {
    containers: [
      { name: '$step', resources: { limits: { memory: '64Mi' } } },
      {
        name: '$job',
        lifecycle: {
          postStart: { exec: { command: ['sh', '-c', 'rm -f /bin/tar /usr/bin/find /usr/bin/stat || true'] } }
        }
      }
    ]
  }
}

describe.each(volumeModes)('limits, %s mode', mode => {
  let site: Site
  let run: WorkflowRun
  let user: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('limits', mode, { env: { ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: templatePath } })
    await site.exec(['sh', '-c', `cat >${templatePath}`], { input: JSON.stringify(template) })
    run = await runWorkflow(site, { repository, workflow, job: 'limits' })
    user = await runWorkflow(site, { repository, workflow, job: 'user' })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it.each(['hungry', 'hungry-container'])('the step %s ends with 137, and OOMKilled is told', step => {
    expect(stepOf(run, step)).toMatchObject({ outcome: 'failure', exitCode: 137 })
    expect(outputOf(run, step)).toContainEqual(expect.stringMatching(/^STEP_OUT_OF_MEMORY: .*OOMKilled/))
  })

  it('a script that was killed for its memory has outputs, and the job goes on', () => {
    expect(outputOf(run, 'after the hungry script')).toEqual(['the job goes on with before the end'])
  })

  it('variables of nearly 128 KiB arrive, in a container too, and a line as long is one line', () => {
    expect(outputOf(run, 'values that fit')).toEqual(['131000 131000 131000'])
    expect(outputOf(run, 'values that fit in a container')).toEqual(['131000 131000', 'x'.repeat(131_000)])
  })

  it('a variable that Linux gives to no program is named', () => {
    expect(stepOf(run, 'too-large')).toMatchObject({ outcome: 'failure', exitCode: 126 })
    expect(outputOf(run, 'too-large')).toContainEqual(
      expect.stringMatching(/^STEP_TOO_LARGE: .*QUARTER has 262152 bytes/)
    )
  })

  it('a job container may have neither tar nor find nor stat', () => {
    expect(outputOf(run, 'what the image lacks')).toEqual(['no tar', 'no find', 'no stat'])
  })

  it('a job container may have a user without a name, and share files with containers of root', () => {
    expect(outputOf(user, 'user')).toEqual(['1234'])
    expect(outputOf(user, 'as a user again')).toEqual(['home=/github/home', 'written', 'written', 'written', '0'])
    expect(user.report.result).toBe('success')
  })
})
