import { describe, expect, it } from '@jest/globals'
import { runWorkflow } from '../run-workflow.ts'

const services = `
    services:
      redis:
        image: redis:7
        ports: [6379, "127.0.0.1:8080:80/udp"]
        options: --health-cmd "redis-cli ping"
      db:
        image: docker://registry.example:5000/postgres
        credentials: { username: someone, password: secret }
        env: { EMPTY: "" }
        volumes: [/data, "/cache:ro", "vol:/vol:RO"]`

const servicesInput = [
  {
    image: 'redis:7',
    dockerfile: null,
    entryPointArgs: [],
    entryPoint: null,
    workingDirectory: null,
    createOptions: '--health-cmd "redis-cli ping"',
    registry: null,
    environmentVariables: {},
    portMappings: ['6379', '127.0.0.1:8080:80/udp'],
    systemMountVolumes: [],
    userMountVolumes: []
  },
  {
    image: 'registry.example:5000/postgres',
    dockerfile: null,
    entryPointArgs: [],
    entryPoint: null,
    workingDirectory: null,
    createOptions: null,
    registry: { username: 'someone', password: 'secret', serverUrl: 'registry.example:5000' },
    environmentVariables: { EMPTY: '' },
    portMappings: [],
    systemMountVolumes: [],
    userMountVolumes: [
      { userProvidedValue: '/data', sourceVolumePath: null, targetVolumePath: '/data', readOnly: false },
      { userProvidedValue: '/cache:ro', sourceVolumePath: null, targetVolumePath: '/cache', readOnly: true },
      { userProvidedValue: 'vol:/vol:RO', sourceVolumePath: 'vol', targetVolumePath: '/vol', readOnly: true }
    ]
  }
]

const system = (source: string, target: string, readOnly = false): Record<string, unknown> => ({
  userProvidedValue: null,
  sourceVolumePath: source,
  targetVolumePath: target,
  readOnly
})

describe('input of prepare_job', () => {
  it('has every byte of the contract for a container with services', async () => {
    const { rawInputs, root } = await runWorkflow({
      env: { NODE_ENV: 'not passed on' },
      workflow: `
on: push
jobs:
  build:
    runs-on: x
    container:
      image: node:20-bookworm
      env: { NODE_ENV: test, WHO: "\${{ github.actor }}" }
      ports: ["8080:80"]
      options: --cpus 1
      volumes: ["my_vol:/data"]${services}
    steps: []`
    })
    const expected = {
      command: 'prepare_job',
      responseFile: `${root}/_work/_temp/_runner_hook_responses/id-1.json`,
      args: {
        container: {
          image: 'node:20-bookworm',
          dockerfile: null,
          entryPointArgs: [],
          entryPoint: null,
          workingDirectory: '/__w/demo/demo',
          createOptions: '--cpus 1',
          registry: null,
          environmentVariables: {
            NODE_ENV: 'test',
            WHO: 'octo',
            HOME: '/github/home'
          },
          portMappings: ['8080:80'],
          systemMountVolumes: [
            system('/var/run/docker.sock', '/var/run/docker.sock'),
            system(`${root}/_work`, '/__w'),
            system(`${root}/externals`, '/__e', true),
            system(`${root}/_work/_temp`, '/__w/_temp'),
            system(`${root}/_work/_actions`, '/__w/_actions'),
            system(`${root}/_work/_tool`, '/__w/_tool'),
            system(`${root}/_work/_temp/_github_home`, '/github/home'),
            system(`${root}/_work/_temp/_github_workflow`, '/github/workflow')
          ],
          userMountVolumes: [
            {
              userProvidedValue: 'my_vol:/data',
              sourceVolumePath: 'my_vol',
              targetVolumePath: '/data',
              readOnly: false
            }
          ]
        },
        services: servicesInput
      },
      state: null
    }
    expect(rawInputs[0]).toBe(JSON.stringify(expected))
  })

  it('has a null container when the job has only services', async () => {
    const { inputs, steps } = await runWorkflow({
      plan: { prepare_job: { response: {} } },
      workflow: `on: push\njobs:\n  build:\n    runs-on: x${services}\n    steps: [{ run: echo on the runner }]`
    })
    expect(inputs[0]?.args).toEqual({ container: null, services: servicesInput })
    expect(inputs.map(input => input.command)).toEqual(['prepare_job', 'cleanup_job'])
    expect(steps.map(step => step.conclusion)).toEqual(Array(5).fill('success'))
  })

  it("has the runner's proxies in both spellings where the container sets none", async () => {
    const { inputs } = await runWorkflow({
      env: { HTTP_PROXY: 'http://proxy:3128', no_proxy: 'local' },
      workflow:
        'on: push\njobs:\n  build:\n    runs-on: x\n    container: { image: alpine, env: { no_proxy: mine } }\n    steps: []'
    })
    expect(inputs[0]?.args).toMatchObject({
      container: {
        environmentVariables: {
          no_proxy: 'mine',
          NO_PROXY: 'local',
          HTTP_PROXY: 'http://proxy:3128',
          http_proxy: 'http://proxy:3128'
        }
      }
    })
  })

  it('puts the tool cache at /__t when it lies outside the work folder', async () => {
    const { inputs } = await runWorkflow({
      env: { RUNNER_TOOL_CACHE: '/opt/tools' },
      workflow: 'on: push\njobs:\n  build:\n    runs-on: x\n    container: alpine\n    steps: [{ run: "true" }]'
    })
    expect(JSON.stringify(inputs[0])).toContain('"sourceVolumePath":"/opt/tools","targetVolumePath":"/__t"')
    expect(inputs[1]?.args['environmentVariables']).toMatchObject({ RUNNER_TOOL_CACHE: '/__t' })
  })

  it.each([
    {
      image: 'ghcr.io/octo/image:1',
      registry: { username: 'octo', password: 'ghs_token-of-the-test', serverUrl: 'ghcr.io' }
    },
    { image: 'docker.io/library/alpine', registry: null },
    { image: 'octo/image', registry: null }
  ])("gives the job's token to GitHub's registries only: $image", async ({ image, registry }) => {
    const { inputs } = await runWorkflow({
      workflow: `on: push\njobs:\n  build:\n    runs-on: x\n    container: ${image}\n    steps: []`
    })
    expect(inputs[0]?.args).toMatchObject({ container: { registry } })
  })

  it('is not sent in a job without containers', async () => {
    const { inputs } = await runWorkflow({
      workflow: 'on: push\njobs:\n  build:\n    runs-on: x\n    steps: [{ run: echo here }]'
    })
    expect(inputs).toEqual([])
  })
})
