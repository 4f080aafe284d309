import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const bytesPerMebibyte = 2 ** 20

describe.each(volumeModes)('the workspace of runner, script steps and container steps, %s mode', mode => {
  let site: Site
  let run: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('workspace', mode)
    run = await runWorkflow(site, {
      repository: workflowFolder('workspace'),
      workflow: '.github/workflows/workspace.yml',
      job: 'workspace'
    })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('the job succeeds', () => {
    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
  })

  it('has what a script step made: modes, links, empty folders, blanks, letters of every kind', () => {
    const lines = outputOf(run, 'files of a script step')
    expect(lines).toHaveLength(20)
    expect(lines).toEqual(
      expect.arrayContaining([
        '755 tree/empty/',
        expect.stringMatching(/^600 tree\/private\.txt /),
        expect.stringMatching(/^755 tree\/program /),
        expect.stringMatching(/^644 tree\/with blanks\/a file /),
        expect.stringMatching(/^644 tree\/ü €😀\.txt /),
        'link tree/link -> plain.txt',
        'link tree/dangling -> ../nowhere',
        'link tree/absolute -> /etc/hostname'
      ])
    )
  })

  it.each([
    { made: 'files of a script step', seen: 'seen by a container step' },
    { made: 'changes of a container step', seen: 'seen by a script step' },
    { made: 'changes of a script step', seen: 'seen by a container step again' }
  ])('"$made" are to the last entry what is "$seen"', ({ made, seen }) => {
    expect(outputOf(run, seen)).toEqual(outputOf(run, made))
  })

  it('a container step replaces folders by files, files by folders, and deletes', () => {
    const names = outputOf(run, 'seen by a script step').map(line => line.split(' ').slice(1).join(' '))
    expect(names).toContainEqual(expect.stringMatching(/^tree\/becomes-file /))
    expect(names).toContain('tree/becomes-folder/')
    expect(names).not.toContainEqual(expect.stringContaining('tree/program'))
  })

  it.each([
    { step: 'hash of a file', content: 'plain\n' },
    { step: 'another hash of the file', content: 'changed\n' }
  ])('hashFiles() sees what steps write: $step', ({ step, content }) => {
    const hash = createHash('sha256').update(createHash('sha256').update(content).digest()).digest('hex')
    expect(outputOf(run, step)).toEqual([`hash=${hash}`])
  })

  it('an action that a step has made is found', () => {
    expect(outputOf(run, 'the action that a step has made')).toContain('said by an action that a step has made')
  })

  it('a step that changes nothing moves less than a mebibyte', () => {
    const calls = run.report.hooks.map(({ step }, index) => ({ step, id: processes(run)[index] }))
    const { id } = calls.find(({ step }) => step === 'nothing changes') ?? {}
    const stages = run.stages.filter(({ process }) => process === id)
    expect(stages.map(({ stage }) => stage)).toContain('script')
    const moved = stages.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    expect(moved).toBeLessThan(bytesPerMebibyte)
  })
})

/** The hook's processes in their order: one for each call in the report. */
function processes({ stages }: WorkflowRun): readonly number[] {
  return [...new Set(stages.map(({ process }) => process))]
}
