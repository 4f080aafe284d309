import { describe, expect, it } from '@jest/globals'
import { textOf } from '../../src/expressions/resolve-template.ts'
import { runWorkflow, type HookInput, type WorkflowRun } from '../run-workflow.ts'

const job = (steps: string, head = 'env: {}'): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    ${head}\n    steps:\n${steps}`

function containerSteps({ inputs }: WorkflowRun): readonly HookInput[] {
  return inputs.filter(input => input.command === 'run_container_step')
}

const system = (source: string, target: string): Record<string, unknown> => ({
  userProvidedValue: null,
  sourceVolumePath: source,
  targetVolumePath: target,
  readOnly: false
})

const manifest = (runs: string, rest = ''): string =>
  `name: A\ndescription: A\n${rest}\nruns:\n  using: docker\n${runs}`

describe('input of run_container_step', () => {
  it('has every byte of the contract for a local Dockerfile action', async () => {
    const run = await runWorkflow({
      env: { https_proxy: 'http://proxy:3128' },
      files: {
        'hello/action.yml': manifest(
          "  image: Dockerfile\n  args: ['${{ inputs.who }}', '-v', '']\n  env: { EXTRA: e, INPUT_WHO: not this, GITHUB_REF: nor this }",
          'inputs: { who: { description: d }, "a b": { description: d, default: x } }'
        ),
        'hello/Dockerfile': 'FROM scratch'
      },
      workflow: job(
        `      - id: hello
        uses: ./hello
        env: { MINE: "\${{ github.workspace }}/x", LIST: "a:\${{ github.workspace }}" }
        with: { who: Mona Lisa }`,
        'container: alpine'
      )
    })
    const [input] = containerSteps(run)
    const guid = 'id-2'
    const file = (prefix: string): string => `/github/file_commands/${prefix}_${guid}`
    const { contexts } = run.settings
    const { sha } = contexts.github
    expect(input).toEqual({
      command: 'run_container_step',
      responseFile: `${run.root}/_work/_temp/_runner_hook_responses/id-3.json`,
      args: {
        image: null,
        dockerfile: `${run.root}/_work/demo/demo/./hello/Dockerfile`,
        entryPointArgs: ['"Mona', 'Lisa"', '"-v"', '""'],
        entryPoint: null,
        workingDirectory: '/github/workspace',
        createOptions: null,
        registry: null,
        environmentVariables: {
          HTTPS_PROXY: 'http://proxy:3128',
          https_proxy: 'http://proxy:3128',
          MINE: '/github/workspace/x',
          LIST: `a:${run.root}/_work/demo/demo`,
          INPUT_WHO: 'Mona Lisa',
          INPUT_A_B: 'x',
          EXTRA: 'e',
          GITHUB_REF: 'refs/heads/main',
          HOME: '/github/home',
          GITHUB_JOB: 'build',
          GITHUB_SHA: sha,
          GITHUB_REPOSITORY: 'octo/demo',
          GITHUB_REPOSITORY_OWNER: 'octo',
          GITHUB_REPOSITORY_OWNER_ID: '1',
          GITHUB_RUN_ID: '1',
          GITHUB_RUN_NUMBER: '1',
          GITHUB_RETENTION_DAYS: '90',
          GITHUB_RUN_ATTEMPT: '1',
          GITHUB_REPOSITORY_ID: '1',
          GITHUB_ACTOR_ID: '1',
          GITHUB_ACTOR: 'octo',
          GITHUB_TRIGGERING_ACTOR: 'octo',
          GITHUB_WORKFLOW: 'workflow.yml',
          GITHUB_HEAD_REF: '',
          GITHUB_BASE_REF: '',
          GITHUB_EVENT_NAME: 'push',
          GITHUB_SERVER_URL: 'https://github.com',
          GITHUB_API_URL: 'https://api.github.com',
          GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
          GITHUB_REF_NAME: 'main',
          GITHUB_REF_PROTECTED: 'false',
          GITHUB_REF_TYPE: 'branch',
          GITHUB_WORKFLOW_REF: 'octo/demo/workflow.yml@refs/heads/main',
          GITHUB_WORKFLOW_SHA: sha,
          GITHUB_WORKSPACE: '/github/workspace',
          GITHUB_EVENT_PATH: '/github/workflow/event.json',
          GITHUB_ACTION: 'hello',
          GITHUB_PATH: file('add_path'),
          GITHUB_ENV: file('set_env'),
          GITHUB_STEP_SUMMARY: file('step_summary'),
          GITHUB_STATE: file('save_state'),
          GITHUB_OUTPUT: file('set_output'),
          RUNNER_OS: 'Linux',
          RUNNER_ARCH: 'X64',
          RUNNER_NAME: 'runner-1',
          RUNNER_ENVIRONMENT: 'self-hosted',
          RUNNER_TOOL_CACHE: `${run.root}/_work/_tool`,
          RUNNER_TEMP: '/github/runner_temp',
          RUNNER_WORKSPACE: `${run.root}/_work/demo`,
          ACTIONS_RUNTIME_URL: 'https://local-runner.invalid/',
          ACTIONS_RUNTIME_TOKEN: 'ghs_token-of-the-test',
          ACTIONS_CACHE_URL: 'https://local-runner.invalid/',
          ACTIONS_RESULTS_URL: 'https://local-runner.invalid/'
        },
        portMappings: [],
        systemMountVolumes: [
          system('/var/run/docker.sock', '/var/run/docker.sock'),
          system(`${run.root}/_work/_temp`, '/github/runner_temp'),
          system(`${run.root}/_work/_temp/_github_home`, '/github/home'),
          system(`${run.root}/_work/_temp/_github_workflow`, '/github/workflow'),
          system(`${run.root}/_work/_temp/_runner_file_commands`, '/github/file_commands'),
          system(`${run.root}/_work/demo/demo`, '/github/workspace')
        ],
        userMountVolumes: []
      },
      state: { jobPod: 'fake' }
    })
    expect(Object.keys(input?.args ?? {})).toEqual([
      'image',
      'dockerfile',
      'entryPointArgs',
      'entryPoint',
      'workingDirectory',
      'createOptions',
      'registry',
      'environmentVariables',
      'portMappings',
      'systemMountVolumes',
      'userMountVolumes'
    ])
  })

  it.each([
    { uses: 'docker://alpine:3.20', image: 'alpine:3.20', dockerfile: null },
    { uses: 'owner/image@v1', image: 'ghcr.io/x/y:1', dockerfile: null },
    { uses: 'owner/repo@v1', image: null, dockerfile: '_actions/owner/repo/v1/Dockerfile' },
    { uses: 'owner/repo/sub/dir@v1', image: null, dockerfile: '_actions/owner/repo/v1/sub/dir/Dockerfile' },
    { uses: 'owner/repo@releases/v1', image: null, dockerfile: '_actions/owner/repo/releases/v1/Dockerfile' },
    { uses: './nested', image: null, dockerfile: 'demo/demo/./nested/docker/Dockerfile.prod' },
    { uses: './above/deep', image: null, dockerfile: 'demo/demo/./above/deep/../../Dockerfile' },
    { uses: './plain', image: null, dockerfile: 'demo/demo/./plain/dockerfile' },
    { uses: './', image: null, dockerfile: 'demo/demo/./Dockerfile' }
  ])('names image and Dockerfile of $uses', async ({ uses, image, dockerfile }) => {
    const dockerAction = manifest('  image: Dockerfile')
    const run = await runWorkflow({
      files: {
        Dockerfile: 'FROM scratch',
        'nested/action.yml': manifest('  image: docker/Dockerfile.prod'),
        'nested/docker/Dockerfile.prod': 'FROM scratch',
        'above/deep/action.yaml': manifest('  image: ../../Dockerfile'),
        'plain/dockerfile': 'FROM scratch'
      },
      actions: {
        'owner/repo/action.yml': dockerAction,
        'owner/repo/Dockerfile': 'FROM scratch',
        'owner/repo/sub/dir/action.yml': dockerAction,
        'owner/repo/sub/dir/Dockerfile': 'FROM scratch',
        'owner/image/action.yml': manifest('  image: docker://ghcr.io/x/y:1')
      },
      workflow: job(`      - uses: ${uses}`)
    })
    const path = dockerfile === null ? null : `${run.root}/_work/${dockerfile}`
    expect(containerSteps(run)[0]?.args).toMatchObject({ image, dockerfile: path })
  })

  it("takes the workflow's own repository at its commit for $/path", async () => {
    const run = await runWorkflow({
      files: { 'own/Dockerfile': 'FROM scratch' },
      workflow: job('      - uses: $/own')
    })
    const { sha } = run.settings.contexts.github
    expect(containerSteps(run)[0]?.args).toMatchObject({
      dockerfile: `${run.root}/_work/_actions/octo/demo/${textOf(sha ?? null)}/own/Dockerfile`
    })
  })

  it('has a null state in a job without containers', async () => {
    const { inputs } = await runWorkflow({ workflow: job('      - uses: docker://alpine') })
    expect(inputs.map(({ command, state }) => ({ command, state }))).toEqual([
      { command: 'run_container_step', state: null }
    ])
  })

  it.each([
    { with: "{ args: \"it's  fine --x='a b'\" }", args: ["it's", 'fine', "--x='a", "b'"], entryPoint: null },
    { with: '{ entrypoint: /bin/sh, args: -c }', args: ['-c'], entryPoint: '/bin/sh' },
    { with: '{}', args: [], entryPoint: null }
  ])('passes $with of a docker:// step unquoted', async ({ with: inputs, args, entryPoint }) => {
    const run = await runWorkflow({ workflow: job(`      - uses: docker://alpine\n        with: ${inputs}`) })
    expect(containerSteps(run)[0]?.args).toMatchObject({ entryPointArgs: args, entryPoint })
  })

  it('calls the hook for pre, main and post with the same arguments, the state of each going on', async () => {
    const run = await runWorkflow({
      actions: {
        'owner/repo/action.yml': manifest(
          '  image: Dockerfile\n  args: [one]\n  pre-entrypoint: /pre\n  entrypoint: /main\n  post-entrypoint: /post'
        ),
        'owner/repo/Dockerfile': 'FROM scratch'
      },
      plan: { run_container_step: { script: 'echo "at_$(basename $1)=yes" >> "$GITHUB_STATE"' } },
      workflow: job('      - uses: owner/repo@v1')
    })
    const steps = containerSteps(run).map(({ args }) => ({
      entryPoint: args['entryPoint'],
      args: args['entryPointArgs'],
      state: Object.keys(args['environmentVariables'] as object).filter(name => name.startsWith('STATE_'))
    }))
    expect(steps).toEqual([
      { entryPoint: '/pre', args: ['"one"'], state: [] },
      { entryPoint: '/main', args: ['"one"'], state: ['STATE_at_pre'] },
      { entryPoint: '/post', args: ['"one"'], state: ['STATE_at_pre', 'STATE_at_main'] }
    ])
  })

  it('is sent only when the Dockerfile is on the disk of the runner', async () => {
    const run = await runWorkflow({
      files: { 'hello/action.yml': manifest('  image: Dockerfile') },
      workflow: job('      - uses: ./hello')
    })
    expect(containerSteps(run)).toEqual([])
    expect(run.log).toContain(`##[error]File not found: '${run.root}/_work/demo/demo/./hello/Dockerfile'`)
  })
})
