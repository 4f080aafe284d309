import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import { HookError, type HookContainer, type JsonObject, type RunContainerStepInput } from '@k8s-hooks/hooklib'
import nock from 'nock'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createLedger } from '../../src/action-image/ledger.ts'
import { ledgerFolder } from '../../src/hooks/ledger-folder.ts'
import { runContainerStep } from '../../src/hooks/run-container-step.ts'
import type { PartialCluster } from '../kubernetes/unexpected-cluster.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'

const registry = {
  ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_HOST: 'registry.test:5000',
  ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_NODE_PORT: '30500'
}
const shared: JsonObject = { version: 1, mode: 'shared', unknown: 'kept' }

let call: HookCall
afterEach(async () => {
  nock.cleanAll()
  await call.remove()
})
afterAll(() => nock.restore())

const runnerPod: V1Pod = {
  metadata: { name: 'runner-abc', uid: 'u1' },
  spec: {
    containers: [{ name: 'runner', image: 'runner:1', volumeMounts: [{ name: 'work', mountPath: '/tmp' }] }],
    volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'claim' } }]
  }
}
const jobPod: V1Pod = {
  metadata: { annotations: { 'k8s-hooks/service-host-names': 'redis db' } },
  spec: { containers: [], imagePullSecrets: [{ name: 'runner-abc-pull-job' }] },
  status: { podIP: '10.0.0.7' }
}

/** A cluster with Jobs, in which the step says "hello" and ends with 3; `done` says what was done, in order. */
function clusterWithStep(changes: PartialCluster = {}): {
  readonly expected: PartialCluster
  readonly done: readonly string[]
  readonly pods: readonly V1Pod[]
} {
  const done: string[] = []
  const pods: V1Pod[] = []
  const terminated = { exitCode: 3, reason: 'Error' }
  const main = { name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated } }
  const note = (what: string): Promise<void> => Promise.resolve(void done.push(what))
  const expected: PartialCluster = {
    pods: {
      get: async name => {
        if (name === 'runner-abc') return runnerPod
        if (name === 'runner-abc-workflow') return jobPod
        return Promise.resolve({ status: { containerStatuses: [main] } })
      },
      list: () => Promise.resolve([{ metadata: { name: 'step-pod' } }]),
      delete: name => note(`delete pod ${name}`)
    },
    jobs: {
      create: async job => {
        pods.push(job.spec?.template ?? {})
        await note('create job')
        return job
      },
      delete: () => note('delete job'),
      ...changes.jobs
    },
    secrets: {
      create: async secret => {
        await note('create secret')
        return secret
      },
      delete: () => note('delete secret')
    },
    followLogs: async ({ output }) => {
      output.write(Buffer.from('hello'))
      await note('log')
    }
  }
  return { expected, done, pods }
}

function inputOf(changes: Partial<HookContainer> = {}, state: JsonObject | null = shared): RunContainerStepInput {
  return {
    command: 'run_container_step',
    responseFile: call.responseFile,
    state,
    args: {
      image: 'alpine:3.20',
      dockerfile: null,
      entryPointArgs: [],
      entryPoint: null,
      workingDirectory: '/github/workspace',
      createOptions: null,
      registry: null,
      environmentVariables: { INPUT_WHO: 'Mona' },
      portMappings: [],
      systemMountVolumes: [],
      userMountVolumes: [],
      ...changes
    }
  }
}

describe('run_container_step of an image', () => {
  it("runs it, passes its output on and returns the container's exit code; nothing is left", async () => {
    const { expected, done, pods } = clusterWithStep()
    call = await hookCall(expected)
    expect(await runContainerStep(inputOf(), call.context, neverAborted)).toBe(3)
    expect(done).toEqual(['create secret', 'create job', 'log', 'delete job', 'delete secret', 'delete pod step-pod'])
    expect(pods[0]?.spec?.containers.map(({ image }) => image)).toEqual(['alpine:3.20'])
    call.output.end()
    expect(await text(call.output)).toBe('hello')
  })

  it('hands the state on as it came', async () => {
    call = await hookCall(clusterWithStep().expected)
    await runContainerStep(inputOf(), call.context, neverAborted)
    expect(JSON.parse(await readFile(call.responseFile, 'utf8'))).toEqual({ state: shared })
  })

  it('lets the action reach the services of the job by name', async () => {
    const { expected, pods } = clusterWithStep()
    call = await hookCall(expected)
    await runContainerStep(inputOf(), call.context, neverAborted)
    expect(pods[0]?.spec?.hostAliases).toEqual([{ ip: '10.0.0.7', hostnames: ['redis', 'db'] }])
  })

  it("pulls its image with the job's registry credentials", async () => {
    const { expected, pods } = clusterWithStep()
    call = await hookCall(expected)
    await runContainerStep(inputOf(), call.context, neverAborted)
    expect(pods[0]?.spec?.imagePullSecrets).toEqual([{ name: 'runner-abc-pull-job' }])
  })

  it('asks for no job pod, and wipes no state, in a job that has none', async () => {
    const { expected, pods } = clusterWithStep()
    call = await hookCall(expected)
    await runContainerStep(inputOf({}, null), call.context, neverAborted)
    expect(pods[0]?.spec?.hostAliases).toBeUndefined()
    expect(pods[0]?.spec?.imagePullSecrets).toBeUndefined()
    expect(JSON.parse(await readFile(call.responseFile, 'utf8'))).toEqual({})
  })

  it('lets every user of the image write the file commands', async () => {
    call = await hookCall(clusterWithStep().expected)
    const file = join(call.context.paths.workFolder, '_temp/_runner_file_commands/set_output_1')
    await writeFile(file, '', { mode: 0o600 })
    await runContainerStep(inputOf(), call.context, neverAborted)
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('666')
  })

  it('writes no response when the pod is refused', async () => {
    const refused = new HookError('CLUSTER_REFUSED', 'exceeded quota')
    const { expected, done } = clusterWithStep({ jobs: { create: () => Promise.reject(refused) } })
    call = await hookCall(expected)
    await expect(runContainerStep(inputOf(), call.context, neverAborted)).rejects.toBe(refused)
    await expect(readFile(call.responseFile)).rejects.toThrow('ENOENT')
    expect(done).toEqual(['create secret', 'delete secret'])
  })
})

describe('run_container_step of a Dockerfile', () => {
  async function dockerfile(): Promise<string> {
    const path = join(call.context.paths.workFolder, 'app/app/./action/Dockerfile')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'FROM alpine:3.20\n')
    return path
  }

  it('creates nothing when no registry is configured', async () => {
    call = await hookCall({ pods: { get: () => Promise.resolve(runnerPod) } })
    const input = inputOf({ image: null, dockerfile: await dockerfile() })
    await expect(runContainerStep(input, call.context, neverAborted)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_CONFIGURED'
    })
  })

  it('creates nothing for a Dockerfile outside the work folder', async () => {
    call = await hookCall({ pods: { get: () => Promise.resolve(runnerPod) } }, registry)
    const input = inputOf({ image: null, dockerfile: '/etc/Dockerfile' })
    await expect(runContainerStep(input, call.context, neverAborted)).rejects.toBeInstanceOf(HookError)
  })
})

describe('temporary images', () => {
  const handle = '01234567-89ab-4cde-8fab-0123456789ab'
  const digest = `sha256:${'a'.repeat(64)}`

  async function callWithImage(): Promise<void> {
    call = await hookCall(clusterWithStep().expected, registry)
    await createLedger(ledgerFolder(call.context)).finish({ handle, key: 'k', digest })
  }

  it('are deleted after the step where no cleanup_job will come', async () => {
    await callWithImage()
    const server = nock('http://registry.test:5000')
      .delete(/\/manifests\//)
      .reply(202)
    expect(await runContainerStep(inputOf({}, null), call.context, neverAborted)).toBe(3)
    expect(server.isDone()).toBe(true)
  })

  it('stay for pre and post where a cleanup_job will come', async () => {
    await callWithImage()
    expect(await runContainerStep(inputOf(), call.context, neverAborted)).toBe(3)
    expect(await createLedger(ledgerFolder(call.context)).entries()).toHaveLength(1)
  })

  it('do not change the result of a step when they cannot be deleted', async () => {
    await callWithImage()
    nock('http://registry.test:5000')
      .delete(/\/manifests\//)
      .reply(405)
    expect(await runContainerStep(inputOf({}, null), call.context, neverAborted)).toBe(3)
  })
})
