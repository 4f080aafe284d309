import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { builtImagesOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

describe.each(volumeModes)('entry points, arguments and exit codes of container actions, %s mode', mode => {
  let site: Site | undefined
  let run: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('arguments', mode)
    run = await runWorkflow(site, {
      repository: workflowFolder('container-action'),
      workflow: '.github/workflows/arguments.yml'
    })
  })

  afterAll(async () => {
    await site?.dispose()
  })

  it.each([
    ['neither entrypoint nor args', ['of-entrypoint', 'of', 'cmd']],
    ['an empty list of args', ['of-entrypoint', 'of', 'cmd']],
    ['args', ['of-entrypoint', 'one', 'two words']],
    ['an entrypoint', ['alone']],
    ['an entrypoint and args of the step', ['of', 'the step', "it's"]],
    [
      'odd arguments',
      [
        ...['of-entrypoint', '$(id)', '*', '; touch /tmp/x', '$HOME', '$(HOME)', '$$', '`id`'],
        ...['say "hi"', "it's", '\\\\srv', '', 'last']
      ]
    ]
  ])('with %s the program gets what Docker would give it', (step, argv) => {
    const shown = outputOf(run, step).filter(line => line.startsWith('['))
    expect(shown).toEqual(argv.map(argument => `[${argument}]`))
  })

  it('a Dockerfile above the action is built with its own folder as context, once for all actions that use it', () => {
    expect(builtImagesOf(run)).toHaveLength(1)
  })

  it('the exit code of the program is the exit code of the step', () => {
    expect(stepOf(run, 'failing')).toMatchObject({ outcome: 'failure', conclusion: 'success', exitCode: 42 })
  })

  it('an annotation of an action points at a file of the repository', () => {
    expect(stepOf(run, 'failing').annotations).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: 'of a file of the repository',
        properties: { file: 'actions/arguments/fail.sh', line: '4' }
      })
    )
  })

  it('outputs and files of a failing action are there', () => {
    expect(outputOf(run, 'after the failing action')).toEqual(
      expect.arrayContaining(['reached=yes', 'made by a failing action'])
    )
  })
})
