import { describe, expect, it } from '@jest/globals'

import { parseHookInput, type PrepareJobArgs } from '../src/index.ts'
import { readExample } from './read-example.ts'

function parsePrepareJob(name: string): PrepareJobArgs {
  const input = parseHookInput(readExample(name))
  if (input.command !== 'prepare_job') throw new Error(`${name} is a ${input.command}`)
  return input.args
}

describe('prepare_job', () => {
  it('has a container, services and no state', () => {
    const input = parseHookInput(readExample('prepare-job'))
    expect(input).toMatchObject({
      command: 'prepare_job',
      responseFile: '/home/runner/_work/_temp/_runner_hook_responses/6f1c0a01-4f6e-4c1b-9a57-2d0e6b7c8f01.json',
      state: null,
      args: {
        container: {
          image: 'node:20-bookworm',
          dockerfile: null,
          workingDirectory: '/__w/demo/demo',
          createOptions: '--cpus 1',
          registry: null,
          environmentVariables: { NODE_ENV: 'test', HOME: '/github/home' },
          portMappings: ['8080:80']
        },
        services: [{ image: 'redis:7', workingDirectory: null, createOptions: '--health-cmd "redis-cli ping"' }]
      }
    })
  })

  it('mounts the work directory, the externals read-only and the home directory', () => {
    const { container } = parsePrepareJob('prepare-job')
    const targets = container?.systemMountVolumes.map(
      mount => `${mount.targetVolumePath}${mount.readOnly ? ':ro' : ''}`
    )
    expect(targets).toEqual([
      '/var/run/docker.sock',
      '/__w',
      '/__e:ro',
      '/__w/_temp',
      '/__w/_actions',
      '/__w/_tool',
      '/github/home',
      '/github/workflow'
    ])
  })

  it('has no services when only a container is given', () => {
    const args = parsePrepareJob('prepare-job-container-only')
    expect(args).toMatchObject({ container: { image: 'debian:bookworm-slim', createOptions: null }, services: [] })
  })

  it('has no container when only services are given, and keeps order, repetition and empty variables', () => {
    const { container, services } = parsePrepareJob('prepare-job-services-only')
    expect(container).toBeNull()
    expect(services.map(service => [service.image, service.portMappings])).toEqual([
      ['redis:7', ['6379:6379']],
      ['redis:7', ['6380:6379']]
    ])
    expect(services[1]?.environmentVariables).toEqual({ ALLOW_EMPTY_PASSWORD: 'yes', EXTRA_FLAGS: '' })
  })

  it('has credentials whose password may be null and whose server is empty for Docker Hub', () => {
    const { container, services } = parsePrepareJob('prepare-job-registry-credentials')
    expect(container?.registry).toEqual({
      username: 'ci-robot',
      password: 'example-password',
      serverUrl: 'registry.example.com'
    })
    expect(services[0]?.registry).toEqual({ username: 'acme', password: null, serverUrl: '' })
  })

  it('mounts a tool cache outside the work directory at /__t', () => {
    const { container } = parsePrepareJob('prepare-job-tool-cache-outside-work')
    expect(container?.systemMountVolumes).toContainEqual({
      userProvidedValue: null,
      sourceVolumePath: '/opt/hostedtoolcache',
      targetVolumePath: '/__t',
      readOnly: false
    })
  })

  it('tells named, host and anonymous volumes apart', () => {
    const { container } = parsePrepareJob('prepare-job-volumes')
    expect(container?.userMountVolumes).toEqual([
      { userProvidedValue: 'my_vol:/data', sourceVolumePath: 'my_vol', targetVolumePath: '/data', readOnly: false },
      {
        userProvidedValue: '/srv/models:/models:ro',
        sourceVolumePath: '/srv/models',
        targetVolumePath: '/models',
        readOnly: true
      },
      { userProvidedValue: '/cache', sourceVolumePath: null, targetVolumePath: '/cache', readOnly: false },
      { userProvidedValue: '/frozen:ro', sourceVolumePath: null, targetVolumePath: '/frozen', readOnly: true }
    ])
  })

  it('has the command of a service', () => {
    const { services } = parsePrepareJob('prepare-job-service-command')
    expect(services[0]).toMatchObject({
      entryPoint: 'docker-entrypoint.sh',
      entryPointArgs: ['postgres', '-c', 'max_connections=200'],
      portMappings: ['5432', '127.0.0.1:8080:80', '9000:9000/udp']
    })
  })
})
