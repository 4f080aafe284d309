import { describe, expect, it } from '@jest/globals'
import { runWorkflow, type HookPlan, type WorkflowRun } from '../run-workflow.ts'

const failure =
  '##[error]Executing the custom container implementation failed. Please contact your self hosted runner administrator.'
const nullReference = 'Object reference not set to an instance of an object.'

function run(prepare: HookPlan, head = 'container: alpine', steps = '[{ run: "true" }]'): Promise<WorkflowRun> {
  return runWorkflow({
    plan: { prepare_job: prepare },
    workflow: `on: push\njobs:\n  build:\n    runs-on: x\n    ${head}\n    steps: ${steps}`
  })
}

const withServices = 'services: { redis: { image: redis } }'

describe('response of prepare_job', () => {
  it.each([
    { response: '', says: 'Response file could not be read' },
    { response: '{}', says: "The property 'isAlpine' is required but was not found in the response file." },
    { response: '{ "alpine": true }', says: "The property 'isAlpine' is required" },
    { response: '{ "isAlpine": "yes" }', says: "'isAlpine' must be true or false." },
    { response: 'not json', says: 'not valid JSON' },
    { response: '{ "isAlpine": false, "state": "text" }', says: 'state must be an object.' }
  ])('$response fails the job with the one sentence of the runner', async ({ response, says }) => {
    const { log, job, inputs } = await run({ response })
    expect(log).toContain(failure)
    expect(log.find(line => line.includes(says))).toMatch(/^local-runner: /)
    expect(job.result).toBe('failure')
    expect(inputs.map(({ command, state }) => [command, state])).toEqual([
      ['prepare_job', null],
      ['cleanup_job', null]
    ])
  })

  it.each([
    { head: withServices, response: '', says: nullReference },
    { head: withServices, response: '{"context":{"services":null}}', says: nullReference },
    { head: withServices, response: '{"context":{"services":[{"id":"a"}]}}', says: nullReference },
    { head: withServices, response: '{"context":{"services":[{"ports":null}]}}', says: nullReference },
    { head: withServices, response: '{"context":{"container":{"id":"a"}}}', says: nullReference },
    {
      head: withServices,
      response: '{"context":{"services":[{"ports":{}},{"ports":{}}]}}',
      says: 'Index was out of range. Must be non-negative and less than the size of the collection.'
    }
  ])('ends in the exception of the runner for $response', async ({ head, response, says }) => {
    const { log, steps } = await run({ response }, head)
    expect(log.find(line => line.startsWith('##[error]'))).toContain(says)
    expect(steps.map(step => [step.name, step.conclusion])).toEqual([
      ['Set up job', 'success'],
      ['Initialize containers', 'failure'],
      ['Run true', 'skipped'],
      ['Stop containers', 'success'],
      ['Complete job', 'success']
    ])
  })

  it('fills job.container and job.services by position, whatever the case of its names', async () => {
    const context = {
      Container: { id: 'c1', network: 'n1' },
      services: [{ id: 's1', ports: { 6379: '32768' }, network: 'n1' }]
    }
    const { log, job } = await run(
      { response: { IsAlpine: false, context } },
      'container: alpine\n    services: { redis: { image: redis }, db: { image: postgres } }',
      `[{ run: "echo \${{ job.container.id }} \${{ job.services.redis.ports['6379'] }} \${{ job.services.db.id }}end" }]`
    )
    expect(log).toContain('c1 32768 end')
    expect(job.services).toEqual({ redis: { id: 's1', ports: { 6379: '32768' }, network: 'n1' } })
  })

  it('is not read when the hook fails', async () => {
    const { log, inputs } = await run({ response: { state: { a: 1 }, isAlpine: false }, exitCode: 7 })
    expect(log.filter(line => line.startsWith('##[error]'))).toEqual([
      '##[error]Process completed with exit code 7.',
      failure
    ])
    expect(inputs.at(-1)).toMatchObject({ command: 'cleanup_job', state: null })
  })
})

describe('state', () => {
  const states = async (response: unknown): Promise<unknown> => {
    const { inputs } = await runWorkflow({
      plan: {
        prepare_job: { response: { state: { a: 1 }, isAlpine: false } },
        run_script_step: response === undefined ? {} : { response }
      },
      workflow: 'on: push\njobs:\n  build:\n    runs-on: x\n    container: alpine\n    steps: [{ run: "true" }]'
    })
    return inputs.map(input => input.state)
  }

  it.each([
    { title: 'no response keeps it', response: undefined, after: { a: 1 } },
    { title: 'a response without it keeps it', response: {}, after: { a: 1 } },
    { title: 'null keeps it', response: { state: null }, after: { a: 1 } },
    { title: 'an object replaces the whole', response: { state: { b: 2 } }, after: { b: 2 } },
    { title: '{} wipes it', response: { state: {} }, after: {} }
  ])('$title', async ({ response, after }) => {
    expect(await states(response)).toEqual([null, { a: 1 }, after])
  })
})
