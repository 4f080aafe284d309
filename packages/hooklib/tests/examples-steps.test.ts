import { describe, expect, it } from '@jest/globals'

import { decodeEntryPointArgs, parseHookInput, type HookInput } from '../src/index.ts'
import { readExample } from './read-example.ts'

function parseAs<C extends HookInput['command']>(command: C, name: string): Extract<HookInput, { command: C }> {
  const input = parseHookInput(readExample(name))
  if (!isA(input, command)) throw new Error(`${name} is a ${input.command}`)
  return input
}

function isA<C extends HookInput['command']>(
  input: HookInput,
  command: C
): input is Extract<HookInput, { command: C }> {
  return input.command === command
}

describe('run_script_step', () => {
  it.each([
    { example: 'run-script-step', argv: ['sh', '-e', '.sh'] },
    { example: 'run-script-step-bash', argv: ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '.sh'] },
    { example: 'run-script-step-pwsh', argv: ['pwsh', '-command', ". '.ps1'"] },
    { example: 'run-script-step-python', argv: ['python', '.py'] },
    { example: 'run-script-step-custom-shell', argv: ['foo', '-x', '.sh'] },
    {
      example: 'run-script-step-javascript-action',
      argv: ['/__e/node24/bin/node', '/__w/_actions/actions/checkout/v5/dist/index.js']
    }
  ])('$example runs $argv', ({ example, argv }) => {
    const { args } = parseAs('run_script_step', example)
    const decoded = [args.entryPoint, ...decodeEntryPointArgs(args.entryPointArgs)]
    expect(decoded.map(arg => arg.replace(/\/__w\/_temp\/[-0-9a-f]+/, ''))).toEqual(argv)
  })

  it('has container paths, the PATH entries of earlier steps and the state of the job', () => {
    const { args, state } = parseAs('run_script_step', 'run-script-step')
    expect(args.prependPath).toEqual(['/opt/b/bin', '/opt/a/bin'])
    expect(args.workingDirectory).toBe('/__w/demo/demo')
    expect(args.environmentVariables).toMatchObject({ GITHUB_WORKSPACE: '/__w/demo/demo', RUNNER_TEMP: '/__w/_temp' })
    expect(state).toEqual({ jobPod: 'demo-runner-7x2kq-workflow' })
  })

  it('keeps variables that are empty or hold quotes and dollar signs', () => {
    const { environmentVariables } = parseAs('run_script_step', 'run-script-step-bash').args
    expect(environmentVariables).toMatchObject({ GREETING: "it's $HOME", EMPTY: '' })
  })

  it('keeps the case and the odd characters of variable names', () => {
    const { environmentVariables } = parseAs('run_script_step', 'run-script-step-javascript-action').args
    expect(environmentVariables).toMatchObject({ 'INPUT_FETCH-DEPTH': '1' })
  })
})

describe('run_container_step', () => {
  const work = '/home/runner/_work'
  const actions = `${work}/_actions`

  it.each([
    { example: 'run-container-step-docker-image', image: 'alpine:3.20', dockerfile: null },
    { example: 'run-container-step-action-with-image', image: 'ghcr.io/x/y:1', dockerfile: null },
    { example: 'run-container-step-remote-action', dockerfile: `${actions}/owner/repo/v1/Dockerfile` },
    { example: 'run-container-step-remote-subdirectory', dockerfile: `${actions}/owner/repo/v1/sub/dir/Dockerfile` },
    { example: 'run-container-step-nested-dockerfile', dockerfile: `${actions}/owner/repo/v1/docker/Dockerfile.prod` },
    {
      example: 'run-container-step-dockerfile-above-action',
      dockerfile: `${actions}/owner/repo/releases/v1/sub/dir/../../Dockerfile`
    },
    { example: 'run-container-step-no-action-yml', dockerfile: `${actions}/owner/repo/v1/dockerfile` },
    { example: 'run-container-step-repository-root', dockerfile: `${work}/demo/demo/./Dockerfile` },
    {
      example: 'run-container-step-self-repository',
      dockerfile: `${actions}/octo/demo/258d6c857a3e4b5f6a7b8c9d0e1f2a3b4c5d6e7f/path/Dockerfile`
    },
    {
      example: 'run-container-step-local-action',
      dockerfile: `${work}/demo/demo/./.github/actions/hello/Dockerfile`
    }
  ])('$example is image $image, Dockerfile $dockerfile', ({ example, image = null, dockerfile }) => {
    expect(parseAs('run_container_step', example).args).toMatchObject({ image, dockerfile })
  })

  it('has the arguments of the action and no entry point of its own', () => {
    const { args } = parseAs('run_container_step', 'run-container-step-local-action')
    expect(decodeEntryPointArgs(args.entryPointArgs)).toEqual(['Mona Lisa', '-v'])
    expect(args.entryPoint).toBeNull()
    expect(args.workingDirectory).toBe('/github/workspace')
    expect(args.environmentVariables).toMatchObject({ INPUT_WHO: 'Mona Lisa', HOME: '/github/home' })
  })

  it('mounts the six directories of an action', () => {
    const { args } = parseAs('run_container_step', 'run-container-step-local-action')
    expect(args.systemMountVolumes.map(mount => mount.targetVolumePath)).toEqual([
      '/var/run/docker.sock',
      '/github/runner_temp',
      '/github/home',
      '/github/workflow',
      '/github/file_commands',
      '/github/workspace'
    ])
  })

  it('has the post entry point with the arguments of the main stage and its saved state', () => {
    const { args } = parseAs('run_container_step', 'run-container-step-post-entrypoint')
    expect(args.entryPoint).toBe('/cleanup.sh')
    expect(decodeEntryPointArgs(args.entryPointArgs)).toEqual(['Mona Lisa', '-v'])
    expect(args.environmentVariables).toMatchObject({ STATE_STARTED: '1732266000' })
  })

  it('has no state in a job without a container', () => {
    expect(parseAs('run_container_step', 'run-container-step-without-job-container').state).toBeNull()
  })
})

describe('cleanup_job', () => {
  it('has the state of the job and no arguments', () => {
    const { args, state } = parseAs('cleanup_job', 'cleanup-job')
    expect(args).toEqual({})
    expect(state).toEqual({ jobPod: 'demo-runner-7x2kq-workflow' })
  })

  it('has no state after a failed prepare_job', () => {
    expect(parseAs('cleanup_job', 'cleanup-job-after-failed-prepare').state).toBeNull()
  })
})
