import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('script-step')
const workflow = '.github/workflows/script-step.yml'
const secrets = { TOKEN: 'token-of-a-script-step' }
/** debian has bash and dash, busybox has neither and no C library. */
const images = ['debian:bookworm-slim', 'busybox:1.35']

describe.each(volumeModes.flatMap(mode => images.map(image => ({ mode, image }))))(
  'script steps in $image, $mode mode',
  ({ mode, image }) => {
    let site: Site
    let run: WorkflowRun

    beforeAll(async () => {
      site = await openTestSite('script', mode)
      const more = ['--var', `image=${image}`]
      run = await runWorkflow(site, { repository, workflow, job: 'steps', secrets, more })
    })

    afterAll(async () => {
      await (site as Site | undefined)?.dispose()
    })

    it.each([
      { step: 'zero', exitCode: 0, outcome: 'success' },
      { step: 'one', exitCode: 1, outcome: 'failure' },
      { step: 'forty-two', exitCode: 42, outcome: 'failure' },
      { step: 'most', exitCode: 255, outcome: 'failure' },
      { step: 'killed', exitCode: 137, outcome: 'failure' },
      { step: 'terminated', exitCode: 143, outcome: 'failure' },
      { step: 'no-shell', exitCode: 127, outcome: 'failure' },
      { step: 'missing', exitCode: 1, outcome: 'failure' }
    ])('the step $step ends with $exitCode', ({ step, exitCode, outcome }) => {
      expect(stepOf(run, step)).toMatchObject({ exitCode, outcome })
    })

    it('outputs of a failed step are there', () => {
      expect(outputOf(run, 'outputs of a failed step')).toEqual(['output=before the end'])
    })

    it('every byte of the environment arrives, under names that are none to a shell too', () => {
      expect(outputOf(run, 'environment')).toEqual([
        'NEWLINES=[first',
        'second',
        ']',
        `QUOTES=[it's "quoted"]`,
        'DOLLARS=[$HOME $(id) ${PATH}]',
        'BACKTICK=[`id`]',
        'BACKSLASH=[\\n \\\\ \\]',
        'EMPTY=[]',
        'BLANKS=[  around  ]',
        'UNICODE=[ü €😀]',
        'CI=[true]',
        'GITHUB_ACTIONS=[true]',
        'HOME=[/github/home]',
        'EVENT=[/github/workflow/event.json]',
        'odd-name=of a name with a dash',
        'odd.name=of a name with a dot'
      ])
    })

    it('a path and a working directory may have blanks', () => {
      expect(outputOf(run, 'a path and a working directory with blanks')).toEqual([
        'found by the path',
        '/__w/steps/steps/with blanks'
      ])
    })

    it('ten megabytes of output arrive whole and in their order', () => {
      const lines = outputOf(run, 'ten megabytes of output')
      expect(lines).toHaveLength(100_000)
      expect(lines.findIndex((line, index) => !line.startsWith(`${index + 1} of a hundred thousand lines`))).toBe(-1)
      expect(lines.join('\n').length).toBeGreaterThan(10 ** 7)
    })

    it('a child that stays does not hold the step', () => {
      expect(outputOf(run, 'a child that stays')).toEqual(['the step is done'])
      expect(outputOf(run, 'after the child that stays')).toEqual(['the next step runs'])
    })

    it('a last line without its end is shown', () => {
      expect(outputOf(run, 'a last line without its end')).toEqual(['no newline'])
    })

    it('stdout and stderr are shown in their order', () => {
      expect(outputOf(run, 'both streams')).toEqual(['to stdout', 'to stderr'])
    })

    it('a step that opens its own output anew loses nothing of it', () => {
      const lines = outputOf(run, 'streams that are opened anew')
      expect(lines).toEqual(['one', 'two', 'two', 'three', 'four', 'five'])
    })

    it('no process but the step itself has its environment, no command line shows it, and no file holds it', () => {
      expect(outputOf(run, 'who sees a secret')).toEqual(['environ of the step', 'that is all'])
    })

    it('no file of the runner holds it afterwards', async () => {
      const found = await site.exec(['grep', '-rlF', secrets.TOKEN, '/home/runner/_work', '/tmp'])
      expect(found).toMatchObject({ exitCode: 1, stdout: '' })
    })

    it('a working directory that is not there is named', () => {
      expect(outputOf(run, 'missing')).toContainEqual(expect.stringContaining('/__w/steps/steps/no/such/folder'))
    })

    it('a shell that the image lacks is named', () => {
      expect(outputOf(run, 'no-shell')).toContainEqual(expect.stringMatching(/python.*(not found|No such file)/))
    })
  }
)

describe.each(volumeModes)('JavaScript actions and bash, %s mode', mode => {
  let site: Site
  let run: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('javascript', mode)
    run = await runWorkflow(site, { repository, workflow, job: 'javascript' })
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('inputs with a dash and with odd characters arrive', () => {
    expect(outputOf(run, 'javascript')).toEqual(['fetch-depth=[7]', `text=[it's "quoted" $HOME]`])
  })

  it('outputs and state come back', () => {
    expect(stepOf(run, 'javascript').outputs).toEqual({ depth: '7' })
    expect(outputOf(run, 'Post JavaScript action')).toEqual(['state: of main'])
  })

  it('bash gets the options that the runner gives it', () => {
    expect(outputOf(run, 'bash')).toEqual([expect.stringMatching(/^pipefail\s+on$/), 'bash 5'])
  })

  it.each([
    { shell: 'sh', lines: [expect.stringMatching(/^options \w*e/)] },
    { shell: 'perl', lines: [`perl with 'true' and "quotes"`] },
    { shell: 'node', lines: ['node with --stack-size=500'] }
  ])('a step may have the shell $shell', ({ shell, lines }) => {
    expect(outputOf(run, shell)).toEqual(lines)
  })

  it("the arguments of a step's own shell are split as the runner splits them", () => {
    expect(outputOf(run, 'bash with options')).toEqual(["[an argument][it's]"])
  })
})
