import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { arcRules } from '../src/harness/arc-role.ts'
import { callHook } from '../src/harness/call-hook.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('bad-input')
const workflow = '.github/workflows/bad-input.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

describe('what an operator gets wrong', () => {
  let site: Site

  beforeAll(async () => {
    site = await openTestSite('bad-settings', 'shared')
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it.each([
    ['text that is no JSON', '{"command": "prepare_job"'],
    [
      'a command that nobody knows',
      '{"command": "make_coffee", "responseFile": "/tmp/response.json", "args": {}, "state": null}'
    ],
    ['nothing', '']
  ])('%s on stdin is INPUT_INVALID', async (_what, stdin) => {
    const { exitCode, stdout } = await callHook(site, stdin)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('INPUT_INVALID: ') })
  })

  it('wrong settings are told all at once, before anything is created', async () => {
    const wrong = { REGISTRY_PORT: 'abc', BUILDER: 'docker', SYNC: 'sometimes', BUILD_TIMEOUT_SECONDS: '-1' }
    const env = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [prefix + name, value]))
    const run = await runWorkflow(site, { repository, workflow, job: 'build', env })
    const error = outputOf(run, 'Initialize containers').find(line => line.startsWith('CONFIG_INVALID'))
    for (const name of Object.keys(env)) expect(error).toContain(name)
  })

  it('a Dockerfile action without a registry names the variables to set', async () => {
    const names = ['REGISTRY_HOST', 'REGISTRY_PORT', 'REGISTRY_NODE_PORT'].map(name => prefix + name)
    const env = Object.fromEntries([...names, `${prefix}REGISTRY_MIRRORS`].map(name => [name, undefined]))
    const run = await runWorkflow(site, { repository, workflow, job: 'build', env })
    const error = outputOf(run, 'build').find(line => line.startsWith('REGISTRY_NOT_CONFIGURED'))
    for (const name of names) expect(error).toContain(name)
  })

  it('a registry that nobody reaches is REGISTRY_UNREACHABLE and named', async () => {
    const env = { [`${prefix}REGISTRY_HOST`]: 'nobody.default.svc.cluster.local' }
    const run = await runWorkflow(site, { repository, workflow, job: 'without-base', env })
    const error = outputOf(run, 'build').find(line => line.startsWith('REGISTRY_UNREACHABLE'))
    expect(error).toContain('nobody.default.svc.cluster.local:5000')
  })

  it('a base image that does not exist is BASE_IMAGE_NOT_FOUND and named', async () => {
    const run = await runWorkflow(site, { repository, workflow, job: 'no-base' })
    const error = outputOf(run, 'build').find(line => line.startsWith('BASE_IMAGE_NOT_FOUND'))
    expect(error).toContain('no-such-image-anywhere:1')
  })

  it('nothing is left', async () => {
    expect(await leftoversOf(site)).toEqual([])
  })
})

describe('a runner whose role lacks', () => {
  const sites: Site[] = []

  afterAll(async () => {
    await Promise.all(sites.map(site => site.dispose()))
  })

  it.each([
    { lacking: 'everything', kept: [], verb: 'get', resource: 'pods' },
    { lacking: 'Secrets', kept: ['pods', 'pods/exec', 'pods/log', 'jobs'], verb: 'list', resource: 'secrets' },
    { lacking: 'exec', kept: ['pods', 'pods/log', 'jobs', 'secrets'], verb: 'get', resource: 'pods/exec' }
  ])('$lacking is told to grant "$verb" on "$resource"', async ({ kept, verb, resource }) => {
    const rules = arcRules('shared').filter(({ resources }) => resources.every(name => kept.includes(name)))
    const site = await openTestSite('bad-role', 'shared', { rules })
    sites.push(site)
    const run = await runWorkflow(site, { repository, workflow, job: 'build' })
    const error = outputOf(run, 'Initialize containers').find(line => line.startsWith('PERMISSION_DENIED'))
    expect(error).toContain(`may not ${verb} ${resource} in namespace ${site.namespace}`)
    expect(error).toContain(`Grant the verb "${verb}" on "${resource}"`)
  })
})
