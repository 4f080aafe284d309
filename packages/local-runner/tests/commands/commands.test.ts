import { describe, expect, it } from '@jest/globals'
import { runWorkflow, type WorkflowRun } from '../run-workflow.ts'

/** Runs a step whose container prints `lines`. */
function say(lines: readonly string[], rest: Partial<Parameters<typeof runWorkflow>[0]> = {}): Promise<WorkflowRun> {
  return runWorkflow({
    plan: { run_container_step: { lines } },
    workflow: `on: push
jobs:
  build:
    runs-on: x
    steps:
      - { id: say, uses: "docker://alpine" }
      - { run: 'echo [\${{ steps.say.outputs.out }}] $NEW \${{ env.NEW }}' }`,
    ...rest
  })
}

const after = ({ log }: WorkflowRun): readonly string[] =>
  log.slice(
    log.lastIndexOf(
      '##[endgroup]',
      log.findIndex(line => line.startsWith('◀ Run docker://'))
    ) + 1
  )

describe('workflow commands in the output of a hook', () => {
  it('annotate, with the file relative to the workspace', async () => {
    const run = await say(['::error file=src/a.js,line=3::broken', '::warning::careful', '##[notice]note'])
    expect(run.log).toEqual(expect.arrayContaining(['##[error]broken', '##[warning]careful', '##[notice]note']))
    expect(run.steps[1]).toMatchObject({
      conclusion: 'success',
      annotations: [
        { level: 'error', message: 'broken', properties: { file: 'src/a.js', line: '3' } },
        { level: 'warning', message: 'careful', properties: {} },
        { level: 'notice', message: 'note', properties: {} }
      ]
    })
  })

  it('mask what follows', async () => {
    const run = await say(['before hidden', '::add-mask::hidden', 'after hidden'])
    expect(run.log).toEqual(expect.arrayContaining(['before hidden', 'after ***']))
  })

  it('set outputs, groups and nothing else', async () => {
    const run = await say(['::set-output name=out::value', '::group::Title', '::endgroup::', 'git ::error::no command'])
    expect(run.log).toEqual(
      expect.arrayContaining(['##[group]Title', '##[endgroup]', '[value]', 'git ::error::no command'])
    )
  })

  it('are only text between stop-commands and its token', async () => {
    const run = await say(['::stop-commands::t0k', '::set-output name=out::1', '::t0k::', '::set-output name=out::2'])
    expect(after(run)).toEqual(
      expect.arrayContaining(['::stop-commands::t0k', '::set-output name=out::1', '::t0k::', '[2]'])
    )
    expect(after(run)).not.toContain('::set-output name=out::2')
  })

  it('are shown when echo is on, but for those with secrets in them', async () => {
    const run = await say([
      '::echo::on',
      '::set-output name=out::1',
      '::add-mask::hidden',
      '::echo::off',
      '::set-output name=x::1'
    ])
    expect(after(run)).toEqual(expect.arrayContaining(['::set-output name=out::1', '::add-mask::***', '::echo::off']))
    expect(after(run)).not.toContain('::set-output name=x::1')
  })

  it.each([
    { line: '::set-env name=NEW::x', says: 'The `set-env` command is disabled.' },
    { line: '::add-path::/x', says: 'The `add-path` command is disabled.' },
    { line: '::set-output::x', says: "Required field 'name' is missing in ##[set-output] command." },
    { line: '::echo::maybe', says: "Invalid echo command value. Possible values can be: 'on', 'off'." }
  ])('fail the step: $line', async ({ line, says }) => {
    const run = await say([line])
    expect(run.log).toContain(`##[error]Unable to process command '${line}' successfully.`)
    expect(run.log.join('\n')).toContain(`##[error]${says}`)
    expect(run.steps[1]).toMatchObject({ conclusion: 'failure' })
  })

  it('set the environment for those who opt in', async () => {
    const run = await say(['::set-env name=NEW::x'], { env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true' } })
    expect(run.log).toContain('[] x x')
  })

  it('keep problem matchers and debug lines out of the log', async () => {
    const run = await say(['::add-matcher::matcher.json', '::debug::detail'])
    expect(run.log.join('\n')).not.toMatch(/matcher|detail/)
    const debug = await say(['::debug::detail'], { secrets: { ACTIONS_STEP_DEBUG: 'true' } })
    expect(debug.log).toContain('##[debug]detail')
    expect(debug.hookEnvironment).toMatchObject({ RUNNER_DEBUG: '1' })
  })
})

describe('secrets', () => {
  it('are masked in the log, the annotations, the report and the recorded inputs, not in the input itself', async () => {
    const run = await runWorkflow({
      secrets: { PASSWORD: 'correct horse' },
      workflow: `on: push
jobs:
  build:
    runs-on: x
    container: alpine
    steps:
      - id: say
        run: |
          echo "::error::$SECRET"
          echo "out=$SECRET" >> "$GITHUB_OUTPUT"
          echo "token \${{ secrets.GITHUB_TOKEN == github.token }}"
        env: { SECRET: "\${{ secrets.password }}" }`
    })
    expect(run.log.join('\n')).not.toContain('correct horse')
    expect(run.log).toEqual(expect.arrayContaining(['##[error]***', '  SECRET: ***', 'token true']))
    expect(JSON.stringify(run.steps)).not.toContain('correct horse')
    expect(run.maskedInputs.join('\n')).not.toContain('correct horse')
    expect(JSON.parse(run.maskedInputs[1] ?? '')).toMatchObject({ args: { environmentVariables: { SECRET: '***' } } })
    expect(run.inputs[1]?.args).toMatchObject({ environmentVariables: { SECRET: 'correct horse' } })
  })

  it('do not leave the job as outputs', async () => {
    const run = await runWorkflow({
      secrets: { PASSWORD: 'correct horse' },
      workflow: `on: push
jobs:
  build:
    runs-on: x
    outputs: { secret: "\${{ secrets.PASSWORD }}", open: fine }
    steps: [{ run: "true" }]`
    })
    expect(run.job.outputs).toEqual({ open: 'fine' })
    expect(run.log).toContain("##[warning]Skip output 'secret' since it may contain secret.")
  })
})
