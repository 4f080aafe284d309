import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf } from '../src/harness/step-log.ts'
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
      actions: workflowFolder('remote-actions'),
      job: 'workspace'
    })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('the job succeeds', () => {
    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
  })

  it('has what a script step made: modes, links, empty folders, blanks, newlines, letters of every kind', () => {
    const lines = outputOf(run, 'files of a script step')
    expect(lines).toHaveLength(22)
    expect(lines).toEqual(
      expect.arrayContaining([
        '755 tree/empty/',
        expect.stringMatching(/^600 tree\/private\.txt /),
        expect.stringMatching(/^755 tree\/program /),
        expect.stringMatching(/^644 tree\/with blanks\/a file /),
        expect.stringMatching(/^644 tree\/ü €😀\.txt /),
        expect.stringMatching(/^644 tree\/two\|lines\.txt /),
        expect.stringMatching(/^644 tree\/no text \ufffd /),
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
    { step: 'home of a container step', line: 'cached by a script step' },
    { step: 'home of a script step again', line: 'cached by a container step' }
  ])('HOME is one for script steps and container steps: $step', ({ step, line }) => {
    expect(outputOf(run, step)).toEqual([line])
  })

  it('a script step reads the event, though no volume was asked for', () => {
    expect(outputOf(run, 'home of a script step')).toEqual(['1'])
  })

  it('prepare_job copies nothing: what steps need comes with the first step that needs it', () => {
    const stages = run.stages.filter(({ command }) => command === 'prepare_job')
    expect(stages.map(({ stage }) => stage)).toContain('job pod')
    expect(stages.filter(({ stage, bytes }) => stage.includes('agent') || bytes !== undefined)).toEqual([])
  })

  it.each([
    { step: 'hash of a file', content: 'plain\n' },
    { step: 'another hash of the file', content: 'changed\n' }
  ])('hashFiles() sees what steps write: $step', ({ step, content }) => {
    const hash = createHash('sha256').update(createHash('sha256').update(content).digest()).digest('hex')
    expect(outputOf(run, step)).toEqual([`hash=${hash}`])
  })

  it('an action that a step has made is found', () => {
    expect(logOf(run, 'the action that a step has made')).toContain('said by an action that a step has made')
  })

  it('an action that is downloaded in the middle of the job runs: its script, its JavaScript, and both know their folder', () => {
    expect(logOf(run, 'the action that a step has made')).toEqual(
      expect.arrayContaining([
        "Download action repository 'octo/late@v1'",
        'said by a script of late',
        'said by the JavaScript of late'
      ])
    )
  })

  it.each(['seen of the file that never rests', 'seen of the file that never rests by a container step'])(
    'a file that changes while it is copied fails nothing: %s',
    step => {
      expect(outputOf(run, step)).toContain('line 0')
    }
  )

  it('a step that changes nothing moves less than a mebibyte, and does not wait for the agent', () => {
    const calls = run.report.hooks.map(({ step }, index) => ({ step, id: processes(run)[index] }))
    const { id } = calls.find(({ step }) => step === 'nothing changes') ?? {}
    const stages = run.stages.filter(({ process }) => process === id)
    expect(stages.map(({ stage }) => stage)).toContain('script')
    const moved = stages.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    expect(moved).toBeLessThan(bytesPerMebibyte)
    const copied = stages.map(({ stage }) => stage).filter(stage => stage.startsWith('copy in'))
    expect(copied).toEqual(mode === 'copy' ? ['copy in with the step'] : [])
  })
})

/** The hook's processes in their order: one for each call in the report. */
function processes({ stages }: WorkflowRun): readonly number[] {
  return [...new Set(stages.map(({ process }) => process))]
}
