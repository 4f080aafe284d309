import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { builtImagesOf, imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('node24')
const workflow = '.github/workflows/node24.yml'

describe.each(volumeModes)('a runner that starts hooks with Node 24, %s mode', mode => {
  let site: Site
  let run: WorkflowRun

  beforeAll(async () => {
    const env = { ACTIONS_RUNNER_FORCED_INTERNAL_NODE_VERSION: 'node24' }
    site = await openTestSite('node24', mode, { env, runnerImage: 'localhost/runner-node24:1' })
    run = await runWorkflow(site, { repository, workflow })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('runs all kinds of steps, and their effects are there', () => {
    expect(run.log).toContain('shell: /home/runner/externals/node24/bin/node {0}')
    expect(run.log).not.toContain('externals/node20')
    expect(outputOf(run, 'container')).toContain('from a script')
    expect(outputOf(run, 'what is left').filter(line => /^(?:from|output) /.test(line))).toEqual([
      'from a script',
      'from a container',
      'from a built image',
      'output given'
    ])
    expect(run.report.result).toBe('success')
  })

  it('leaves nothing', async () => {
    expect(builtImagesOf(run)).toHaveLength(1)
    expect(await imageStatusesOf(run, testRegistryUrl())).toEqual([404])
    expect(await leftoversOf(site)).toEqual([])
  })
})
