import { describe, expect, it } from '@jest/globals'
import { runWorkflow, type HookInput, type WorkflowRun } from '../run-workflow.ts'

const job = (steps: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    container: alpine\n    steps:\n${steps}`

function scriptSteps({ inputs }: WorkflowRun): readonly HookInput[] {
  return inputs.filter(input => input.command === 'run_script_step')
}

describe('input of run_script_step', () => {
  it('has the properties of the contract in their order', async () => {
    const { rawInputs, root } = await runWorkflow({
      workflow: job('      - run: "true"\n        env: { MINE: "${{ github.workspace }}/x" }')
    })
    const { command, args, state, responseFile } = JSON.parse(rawInputs[1] ?? '') as HookInput
    const { environmentVariables, ...rest } = args
    expect(rawInputs[1]?.indexOf('"command":"run_script_step","responseFile":')).toBe(1)
    expect({ command, rest, state, responseFile }).toEqual({
      command: 'run_script_step',
      rest: {
        entryPointArgs: ['-e', '/__w/_temp/id-3.sh'],
        entryPoint: 'sh',
        prependPath: [],
        workingDirectory: '/__w/demo/demo'
      },
      state: { jobPod: 'fake' },
      responseFile: `${root}/_work/_temp/_runner_hook_responses/id-4.json`
    })
    expect(Object.keys(args)).toEqual([
      'entryPointArgs',
      'entryPoint',
      'environmentVariables',
      'prependPath',
      'workingDirectory'
    ])
    expect(environmentVariables).toMatchObject({
      MINE: '/__w/demo/demo/x',
      GITHUB_WORKSPACE: '/__w/demo/demo',
      GITHUB_EVENT_PATH: '/github/workflow/event.json',
      GITHUB_ENV: '/__w/_temp/_runner_file_commands/set_env_id-2',
      RUNNER_TEMP: '/__w/_temp',
      RUNNER_TOOL_CACHE: '/__w/_tool',
      RUNNER_WORKSPACE: '/__w/demo',
      GITHUB_ACTION: '__run'
    })
    for (const name of ['HOME', 'GITHUB_ACTIONS', 'CI', 'PATH', 'GITHUB_TOKEN', 'ACTIONS_RUNTIME_TOKEN']) {
      expect(environmentVariables).not.toHaveProperty(name)
    }
  })

  it.each([
    {
      shell: 'bash',
      entryPoint: 'bash',
      args: ['--noprofile', '--norc', '-e', '-o', 'pipefail', '/__w/_temp/id-3.sh']
    },
    { shell: 'pwsh', entryPoint: 'pwsh', args: ['-command', '".', `'/__w/_temp/id-3.ps1'"`] },
    { shell: 'python', entryPoint: 'python', args: ['/__w/_temp/id-3.py'] },
    { shell: 'foo -x  {0} y', entryPoint: 'foo', args: ['-x', '', '/__w/_temp/id-3', 'y'] }
  ])('starts a script of shell $shell', async ({ shell, entryPoint, args }) => {
    const run = await runWorkflow({ workflow: job(`      - run: echo hi\n        shell: ${shell}`) })
    expect(scriptSteps(run)[0]?.args).toMatchObject({ entryPoint, entryPointArgs: args })
  })

  it('refuses a shell that is not built in and has no place for the script', async () => {
    const run = await runWorkflow({ workflow: job('      - run: echo hi\n        shell: fish') })
    expect(scriptSteps(run)).toEqual([])
    expect(run.log.join('\n')).toContain('##[error]Invalid shell option.')
  })

  it.each([
    { using: 'node20', isAlpine: false, entryPoint: '/__e/node20/bin/node' },
    { using: 'node24', isAlpine: false, entryPoint: '/__e/node24/bin/node' },
    { using: 'node16', isAlpine: true, entryPoint: '/__e/node20_alpine/bin/node' }
  ])('runs a JavaScript action for $using by $entryPoint', async ({ using, isAlpine, entryPoint }) => {
    const run = await runWorkflow({
      actions: {
        'owner/repo/action.yml': `name: A\nruns: { using: ${using}, main: lib/index.js }\ninputs: { who: { default: me } }`,
        'owner/repo/lib/index.js': 'console.log(process.env.INPUT_WHO)'
      },
      plan: { prepare_job: { response: { isAlpine } } },
      workflow: job('      - uses: owner/repo@v5')
    })
    const [step] = scriptSteps(run)
    expect(step?.args).toMatchObject({
      entryPoint,
      entryPointArgs: ['/__w/_actions/owner/repo/v5/lib/index.js'],
      workingDirectory: '/__w/demo/demo',
      environmentVariables: {
        INPUT_WHO: 'me',
        GITHUB_ACTION_REPOSITORY: 'owner/repo',
        GITHUB_ACTION_REF: 'v5',
        ACTIONS_RUNTIME_TOKEN: 'ghs_token-of-the-test'
      }
    })
  })

  it('carries GITHUB_PATH last added first, and GITHUB_ENV, to the steps that follow', async () => {
    const run = await runWorkflow({
      workflow: job(`      - run: |
          echo /opt/a/bin >> "$GITHUB_PATH"
          echo /opt/b/bin >> "$GITHUB_PATH"
          echo NEW=value >> "$GITHUB_ENV"
      - run: "true"
        working-directory: sub dir`)
    })
    expect(scriptSteps(run)[1]?.args).toMatchObject({
      prependPath: ['/opt/b/bin', '/opt/a/bin'],
      environmentVariables: { NEW: 'value' },
      workingDirectory: '/__w/demo/demo/sub dir'
    })
    expect(run.hookEnvironment['PATH']).toMatch(/^\/opt\/b\/bin:\/opt\/a\/bin:/)
  })

  it.each([
    { head: '', expected: { entryPoint: 'bash', workingDirectory: '/__w/demo/demo/from-defaults' } },
    { head: 'shell: sh', expected: { entryPoint: 'sh', workingDirectory: '/__w/demo/demo/from-defaults' } },
    { head: 'working-directory: /abs', expected: { entryPoint: 'bash', workingDirectory: '/abs' } }
  ])('takes defaults.run where the step says nothing: $head', async ({ head, expected }) => {
    const run = await runWorkflow({
      workflow: `on: push
defaults: { run: { shell: bash, working-directory: from-workflow } }
jobs:
  build:
    runs-on: x
    container: alpine
    defaults: { run: { working-directory: from-defaults } }
    steps:
      - run: "true"
        ${head}`
    })
    expect(scriptSteps(run)[0]?.args).toMatchObject(expected)
  })

  it('evaluates expressions in a script with the paths of the container', async () => {
    const run = await runWorkflow({
      workflow: job(`      - run: |
          echo "at \${{ github.workspace }} of \${{ runner.temp }}"
            indented`)
    })
    expect(run.log).toContain('\u001b[36;1mecho "at /__w/demo/demo of /__w/_temp"\u001b[0m')
    expect(run.log).toContain('\u001b[36;1m  indented\u001b[0m')
  })
})
