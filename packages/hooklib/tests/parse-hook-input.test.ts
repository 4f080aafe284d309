import { describe, expect, it } from '@jest/globals'

import { parseHookInput } from '../src/index.ts'
import { errorOf } from './error-of.ts'

const container = {
  image: 'alpine',
  dockerfile: null,
  entryPointArgs: [],
  entryPoint: null,
  workingDirectory: null,
  createOptions: null,
  registry: null,
  environmentVariables: {},
  portMappings: [],
  systemMountVolumes: [],
  userMountVolumes: []
}
const mount = { userProvidedValue: null, sourceVolumePath: '/a', targetVolumePath: '/b', readOnly: false }
const script = {
  entryPointArgs: [],
  entryPoint: 'sh',
  environmentVariables: {},
  prependPath: [],
  workingDirectory: '/__w'
}

function envelope(command: string, args: unknown, rest: object = {}): string {
  return JSON.stringify({ command, responseFile: '/response.json', args, state: null, ...rest })
}

function prepareJob(changes: object): string {
  return envelope('prepare_job', { container: { ...container, ...changes }, services: [] })
}

describe('parseHookInput', () => {
  it.each([
    {
      input: prepareJob({ environmentVariables: { FOO: 5 } }),
      message: 'args.container.environmentVariables.FOO must be a string, got number.'
    },
    {
      input: prepareJob({ environmentVariables: { 'with.dot': null } }),
      message: 'args.container.environmentVariables["with.dot"] must be a string, got null.'
    },
    { input: prepareJob({ image: null }), message: 'args.container.image must be a string, got null.' },
    { input: prepareJob({ dockerfile: [] }), message: 'args.container.dockerfile must be a string, got array.' },
    {
      input: prepareJob({ portMappings: ['80', 80] }),
      message: 'args.container.portMappings[1] must be a string, got number.'
    },
    { input: prepareJob({ portMappings: null }), message: 'args.container.portMappings must be an array, got null.' },
    {
      input: prepareJob({ entryPointArgs: 'a b' }),
      message: 'args.container.entryPointArgs must be an array, got string.'
    },
    {
      input: prepareJob({ userMountVolumes: [mount, { ...mount, readOnly: 'ro' }] }),
      message: 'args.container.userMountVolumes[1].readOnly must be true or false, got string.'
    },
    {
      input: prepareJob({ systemMountVolumes: [{ ...mount, targetVolumePath: undefined }] }),
      message: 'args.container.systemMountVolumes[0].targetVolumePath must be a string, got nothing.'
    },
    {
      input: prepareJob({ registry: { username: 'u', password: 1, serverUrl: '' } }),
      message: 'args.container.registry.password must be a string, got number.'
    },
    { input: envelope('prepare_job', { container: null }), message: 'args.services must be an array, got nothing.' },
    {
      input: envelope('prepare_job', { container: null, services: [{ ...container, image: null }] }),
      message: 'args.services[0].image must be a string, got null.'
    },
    {
      input: envelope('run_script_step', { ...script, prependPath: undefined }),
      message: 'args.prependPath must be an array, got nothing.'
    },
    {
      input: envelope('run_script_step', { ...script, entryPoint: null }),
      message: 'args.entryPoint must be a string, got null.'
    },
    {
      input: envelope('run_container_step', { ...container, image: null }),
      message: 'args.image or args.dockerfile must be a string, both are null.'
    },
    { input: envelope('run_container_step', container, { state: [] }), message: 'state must be an object, got array.' },
    { input: envelope('cleanup_job', null), message: 'args must be an object, got null.' },
    {
      input: envelope('cleanup_job', {}, { responseFile: null }),
      message: 'responseFile must be a string, got null.'
    },
    { input: '[]', message: 'The input must be an object, got array.' },
    { input: '{"responseFile":"/r"}', message: 'command must be a string, got nothing.' }
  ])('refuses with "$message"', ({ input, message }) => {
    expect(errorOf(() => parseHookInput(input))).toMatchObject({ code: 'INPUT_INVALID', message })
  })

  it('names the four commands when it meets another', () => {
    expect(errorOf(() => parseHookInput(envelope('job_cleanup', {})))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'The command is none of prepare_job, run_script_step, run_container_step, cleanup_job: "job_cleanup".'
    })
  })

  it('cuts a command that is too long to be one', () => {
    expect(errorOf(() => parseHookInput(envelope('x'.repeat(50), {}))).message).toMatch(/: "x{40}…"\.$/)
  })

  it.each(['', '\n', ' '])('says that nothing arrived on stdin (%j)', input => {
    expect(errorOf(() => parseHookInput(input))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'The hook got no input on stdin.'
    })
  })

  it.each(['{"password":"hunter2"', 'hunter2', '{"a":hunter2}'])('never repeats input that is not JSON (%s)', input => {
    const error = errorOf(() => parseHookInput(input))
    expect(error.code).toBe('INPUT_INVALID')
    expect(error.message).toBe(`The input on stdin is not JSON (${input.length} characters were read).`)
    expect(error.cause).toBeUndefined()
    expect(error.stack).not.toContain('hunter2')
  })

  it('never repeats a value of a wrong kind', () => {
    const input = prepareJob({ registry: { username: 'u', password: ['hunter2'], serverUrl: '' } })
    expect(errorOf(() => parseHookInput(input)).stack).not.toContain('hunter2')
  })

  it('drops fields it does not know', () => {
    const input = envelope('run_script_step', { ...script, nice: 5 }, { version: 2 })
    expect(parseHookInput(input)).toEqual({
      command: 'run_script_step',
      responseFile: '/response.json',
      args: script,
      state: null
    })
  })

  it('reads an empty entry point as none', () => {
    const input = parseHookInput(envelope('run_container_step', { ...container, entryPoint: '' }))
    expect(input.args).toMatchObject({ entryPoint: null })
  })

  it('reads nullable fields that are absent as null', () => {
    const input = parseHookInput('{"command":"cleanup_job","responseFile":"/r","args":{}}')
    expect(input.state).toBeNull()
  })

  it('reads an environment variable with the name of an object member', () => {
    const text = prepareJob({}).replace('"environmentVariables":{}', '"environmentVariables":{"__proto__":"x"}')
    const input = parseHookInput(text)
    const env = input.command === 'prepare_job' ? input.args.container?.environmentVariables : undefined
    expect(Object.entries(env ?? {})).toEqual([['__proto__', 'x']])
  })
})
