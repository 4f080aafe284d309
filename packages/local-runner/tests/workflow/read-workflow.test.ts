import { describe, expect, it } from '@jest/globals'
import { readWorkflow } from '../../src/workflow/read-workflow.ts'
import type { Workflow } from '../../src/workflow/job-definition.ts'

const read = (content: string, jobId?: string): Promise<Workflow> => readWorkflow({ name: 'ci.yml', content }, jobId)

const job = (rest: string): string => `on: push\njobs:\n  build:\n    runs-on: x\n${rest}`

describe('readWorkflow', () => {
  it('keeps the text of a folded or literal script around its expressions', async () => {
    const workflow = await read(
      job(`    steps:
      - run: |
          echo \${{ github.actor }}
            deep
      - run: >-
          one
          \${{ github.ref }}`)
    )
    expect(workflow.job.steps.map(step => step.action)).toMatchObject([
      { script: { expression: "format('echo {0}\n  deep\n', github.actor)" } },
      { script: { expression: "format('one {0}', github.ref)" } }
    ])
  })

  it('names steps without an id as the server does', async () => {
    const workflow = await read(
      job(`    steps:
      - run: a
      - run: b
      - id: own
        run: c
      - uses: actions/checkout@v4
      - uses: ./x
      - uses: docker://alpine:3`)
    )
    expect(workflow.job.steps.map(step => step.id)).toEqual([
      '__run',
      '__run_2',
      'own',
      '__actions_checkout',
      '__self',
      '__alpine_3'
    ])
  })

  it('keeps `with` in the order of the file', async () => {
    const workflow = await read(job('    steps:\n      - uses: ./x\n        with: { z: 1, a: true, 7: seven }'))
    expect(workflow.job.steps[0]?.action).toEqual({
      kind: 'uses',
      uses: './x',
      with: {
        entries: [
          { key: 'z', value: '1' },
          { key: 'a', value: 'true' },
          { key: '7', value: 'seven' }
        ]
      }
    })
  })

  it('reads events and inputs of workflow_dispatch', async () => {
    const workflow = await read(`on:
  push:
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [low, high], default: low, required: true }
jobs: { a: { runs-on: x, steps: [{ run: b }] } }`)
    expect(workflow.events).toEqual(['push', 'workflow_dispatch'])
    expect(workflow.inputs).toEqual([
      { name: 'level', type: 'choice', required: true, default: 'low', options: ['low', 'high'] }
    ])
  })

  it.each([
    { permissions: 'permissions: { id-token: write }', requests: true },
    { permissions: 'permissions: write-all', requests: true },
    { permissions: 'permissions: { contents: read }', requests: false },
    { permissions: '', requests: false }
  ])('knows whether the job asks for an id token: $permissions', async ({ permissions, requests }) => {
    const workflow = await read(job(`    ${permissions}\n    steps: [{ run: a }]`))
    expect(workflow.job.requestsIdToken).toBe(requests)
  })

  it('names what only the server acts on', async () => {
    const workflow = await read(job('    concurrency: one\n    environment: prod\n    steps: [{ run: a }]'))
    expect(workflow.job.ignored).toEqual(['concurrency', 'environment'])
  })

  const two =
    'on: push\njobs: { a: { runs-on: x, steps: [{ run: a }] }, b: { runs-on: x, needs: a, steps: [{ run: b }] } }'
  it.each([
    { content: two, jobId: undefined, says: 'One job runs; choose it with --job: a, b.' },
    { content: two, jobId: 'c', says: "ci.yml has no job 'c'. Its jobs are: a, b." },
    { content: two, jobId: 'b', says: "Job 'b' has 'needs'. local-runner runs one job" },
    {
      content: job('    strategy: { matrix: { os: [a, b] } }\n    steps: [{ run: a }]'),
      jobId: undefined,
      says: "Job 'build' has a matrix. local-runner runs one job"
    },
    {
      content: 'on: push\njobs: { call: { uses: ./.github/workflows/x.yml } }',
      jobId: undefined,
      says: "Job 'call' calls a reusable workflow."
    },
    { content: job('    stepz: []'), jobId: undefined, says: "Unexpected value 'stepz'" },
    { content: job('    steps: [{ run: a, uses: b/c@d }]'), jobId: undefined, says: 'The workflow is not valid' },
    {
      content: job('    steps: [{ run: a, background: true }]'),
      jobId: undefined,
      says: "Unexpected value 'background'"
    },
    {
      content: job('    steps: [{ run: "${{ nothing.x }}" }]'),
      jobId: undefined,
      says: "Unrecognized named-value: 'nothing'"
    },
    { content: 'on: push\n  jobs: [', jobId: undefined, says: 'The workflow is not valid' }
  ])('refuses with a sentence: $says', async ({ content, jobId, says }) => {
    await expect(read(content, jobId)).rejects.toThrow(says)
  })
})
