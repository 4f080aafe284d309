import { describe, expect, it } from '@jest/globals'
import { runWorkflow, type WorkflowRun } from '../run-workflow.ts'

const job = (steps: string, head = 'env: {}'): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    ${head}\n    steps:\n${steps}`

const conclusions = ({ steps }: WorkflowRun): readonly (readonly [string, string, string])[] =>
  steps.map(({ name, outcome, conclusion }) => [name, outcome, conclusion] as const)

const javascript = (stages: string): string => `name: A\nruns: { using: node20, ${stages} }`

describe('a job', () => {
  it('runs pre stages first, post stages in reverse order, and ends with the containers', async () => {
    const say = (text: string): string => `console.log('${text}')`
    const run = await runWorkflow({
      actions: {
        'owner/one/action.yml': javascript('pre: pre.js, main: main.js, post: post.js'),
        'owner/one/pre.js': say('one pre'),
        'owner/one/main.js': say('one main'),
        'owner/one/post.js': say('one post'),
        'owner/two/action.yml': javascript("main: main.js, post: post.js, post-if: 'failure()'"),
        'owner/two/main.js': say('two main'),
        'owner/two/post.js': say('two post')
      },
      workflow: job(
        '      - run: echo script\n      - uses: owner/one@v1\n      - uses: owner/two@v1\n        name: Second',
        'container: alpine'
      )
    })
    expect(conclusions(run)).toEqual([
      ['Set up job', 'success', 'success'],
      ['Initialize containers', 'success', 'success'],
      ['Pre Run owner/one@v1', 'success', 'success'],
      ['Run echo script', 'success', 'success'],
      ['Run owner/one@v1', 'success', 'success'],
      ['Second', 'success', 'success'],
      ['Post Second', 'skipped', 'skipped'],
      ['Post Run owner/one@v1', 'success', 'success'],
      ['Stop containers', 'success', 'success'],
      ['Complete job', 'success', 'success']
    ])
    expect(run.log.filter(line => /^(one|two) \w+$|^script$/.test(line))).toEqual([
      'one pre',
      'script',
      'one main',
      'two main',
      'one post'
    ])
  })

  it('goes on by conditions after a failure, and continue-on-error keeps the outcome apart', async () => {
    const run = await runWorkflow({
      workflow: job(`      - { id: soft, run: exit 4, continue-on-error: true }
      - { run: "echo \${{ steps.soft.outcome }} \${{ steps.soft.conclusion }}" }
      - { run: exit 5 }
      - { run: echo not }
      - { run: echo failed, if: failure() }
      - { run: echo both, if: "always() && github.ref == 'refs/heads/main'" }
      - { run: echo never, if: "\${{ github.ref == 'x' }}" }`)
    })
    expect(conclusions(run).slice(1, -1)).toEqual([
      ['Run exit 4', 'failure', 'success'],
      ['Run echo failure success', 'success', 'success'],
      ['Run exit 5', 'failure', 'failure'],
      ['Run echo not', 'skipped', 'skipped'],
      ['Run echo failed', 'success', 'success'],
      ['Run echo both', 'success', 'success'],
      ['Run echo never', 'skipped', 'skipped']
    ])
    expect(run.steps.map(step => step.exitCode).slice(1, 4)).toEqual([4, 0, 5])
    expect(run.job.result).toBe('failure')
  })

  it('reads what a step wrote even when it failed', async () => {
    const run = await runWorkflow({
      workflow: job(
        `      - id: fails
        run: |
          echo "out=kept" >> "$GITHUB_OUTPUT"
          printf 'many<<END\\none\\ntwo\\nEND\\n' >> "$GITHUB_OUTPUT"
          echo "# Summary" >> "$GITHUB_STEP_SUMMARY"
          exit 9
        continue-on-error: true
      - run: echo "\${{ steps.fails.outputs.out }}"`,
        'container: alpine\n    outputs: { out: "${{ steps.fails.outputs.out }}", none: "${{ steps.x.outputs.y }}" }'
      )
    })
    expect(run.log).toContain('kept')
    expect(run.job.outputs).toEqual({ out: 'kept' })
    expect(run.steps[2]).toMatchObject({
      exitCode: 9,
      outputs: { out: 'kept', many: 'one\ntwo' },
      summary: '# Summary\n'
    })
  })

  it('fails a step whose file commands are malformed', async () => {
    const run = await runWorkflow({ workflow: job('      - run: echo nonsense >> "$GITHUB_ENV"') })
    expect(run.log).toEqual(
      expect.arrayContaining([
        "##[error]Unable to process file command 'env' successfully.",
        "##[error]Invalid format 'nonsense'"
      ])
    )
    expect(run.steps[1]).toMatchObject({ conclusion: 'failure', exitCode: 0 })
  })

  it('calls always() steps with a null state when prepare_job failed', async () => {
    const run = await runWorkflow({
      plan: { prepare_job: { exitCode: 1 } },
      workflow: job('      - run: echo not\n      - run: echo still\n        if: always()', 'container: alpine')
    })
    expect(run.inputs.map(({ command, state }) => [command, state])).toEqual([
      ['prepare_job', null],
      ['run_script_step', null],
      ['cleanup_job', null]
    ])
  })

  it('fails when cleanup_job fails', async () => {
    const run = await runWorkflow({
      plan: { cleanup_job: { exitCode: 3 } },
      workflow: job('      - run: echo fine', 'container: alpine')
    })
    expect(run.job.result).toBe('failure')
    expect(conclusions(run).at(-2)).toEqual(['Stop containers', 'failure', 'failure'])
  })

  it('calls no hook when it cannot be set up', async () => {
    const run = await runWorkflow({ workflow: job('      - uses: owner/missing@v1', 'container: alpine') })
    expect(run.inputs).toEqual([])
    expect(conclusions(run)).toEqual([
      ['Set up job', 'failure', 'failure'],
      ['Complete job', 'success', 'success']
    ])
    expect(run.log.join('\n')).toContain(`there is no folder ${run.root}/remote/owner/missing.`)
  })

  it.each([
    { image: 'image.tar', says: "'image.tar' should be either '[path]/Dockerfile' or 'docker://image[:tag]'." },
    { image: '""', says: 'an image is not provided' }
  ])('refuses an action with image $image when it is set up', async ({ image, says }) => {
    const run = await runWorkflow({
      actions: { 'owner/repo/action.yml': `name: A\nruns: { using: docker, image: ${image} }` },
      workflow: job('      - uses: owner/repo@v1', 'container: alpine')
    })
    expect(run.inputs).toEqual([])
    expect(run.log.join('\n')).toContain(says)
  })

  it('without a container is refused where the administrator demands one', async () => {
    const run = await runWorkflow({
      env: { ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'true' },
      workflow: job('      - run: echo hi')
    })
    expect(run.log.join('\n')).toContain('Jobs without a job container are forbidden on this runner')
    expect(run.job.result).toBe('failure')
  })

  it('is skipped by its condition', async () => {
    const run = await runWorkflow({ workflow: job('      - run: echo hi', "if: github.actor == 'nobody'") })
    expect(run.job.result).toBe('skipped')
    expect(run.steps).toEqual([])
  })

  it('says that there is no action where nothing was checked out', async () => {
    const run = await runWorkflow({ workflow: job('      - uses: ./.github/actions/hello') })
    expect(run.log).toContain(
      `##[error]Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${run.root}/_work/demo/demo/.github/actions/hello'. ` +
        'Did you forget to run actions/checkout before running your local action?'
    )
  })

  it('ends processes that its steps left behind', async () => {
    const run = await runWorkflow({ workflow: job('      - run: sleep 300 >/dev/null 2>&1 &') })
    expect(run.log.some(line => /^Terminate orphan process: pid \(\d+\) \(sleep\)$/.test(line))).toBe(true)
  })
})

describe('the hook', () => {
  it("runs in the workspace with the worker's environment, host paths, and nothing of the steps", async () => {
    const run = await runWorkflow({
      env: { ACTIONS_RUNNER_POD_NAME: 'runner-1' },
      workflow: job('      - run: "true"\n        env: { STEP_ENV: x }', 'container: alpine\n    env: { JOB_ENV: x }')
    })
    expect(run.hookEnvironment).toMatchObject({
      cwd: `${run.root}/_work/demo/demo`,
      ACTIONS_RUNNER_POD_NAME: 'runner-1',
      GITHUB_WORKSPACE: `${run.root}/_work/demo/demo`,
      RUNNER_WORKSPACE: `${run.root}/_work/demo`,
      RUNNER_TEMP: `${run.root}/_work/_temp`,
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      RUNNER_OS: 'Linux'
    })
    expect(run.hookEnvironment).not.toHaveProperty('STEP_ENV')
    expect(run.hookEnvironment).not.toHaveProperty('JOB_ENV')
    expect(run.hooks.map(({ command, step, exitCode }) => [command, step, exitCode])).toEqual([
      ['prepare_job', 'Initialize containers', 0],
      ['run_script_step', 'Run true', 0],
      ['cleanup_job', 'Stop containers', 0]
    ])
  })

  it('must be a file that the runner can start', async () => {
    const run = await runWorkflow({
      hook: '/hooks/index.mjs',
      workflow: job('      - run: "true"', 'container: alpine')
    })
    expect(run.log.join('\n')).toContain("/hooks/index.mjs is not a valid path to a script. Make sure it ends in '.sh'")
  })

  it('cannot start when a step has deleted the workspace', async () => {
    const run = await runWorkflow({
      workflow: job('      - run: cd / && rm -rf "$GITHUB_WORKSPACE"', 'container: alpine')
    })
    expect(conclusions(run).at(-2)).toEqual(['Stop containers', 'failure', 'failure'])
    expect(run.log.join('\n')).toContain(
      `with working directory '${run.root}/_work/demo/demo'. No such file or directory`
    )
  })
})
