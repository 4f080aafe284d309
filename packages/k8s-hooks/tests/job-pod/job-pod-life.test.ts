import { describe, expect, it } from '@jest/globals'
import type { V1ContainerStatus, V1Pod, V1Secret } from '@kubernetes/client-node'
import type { Exec, ExecResult } from '../../src/kubernetes/cluster.ts'
import { parseSettings } from '../../src/config/parse-settings.ts'
import { createJobSecrets } from '../../src/job-pod/create-job-secrets.ts'
import { isAlpine } from '../../src/job-pod/is-alpine.ts'
import { untilDone } from '../../src/kubernetes/until-done.ts'
import { jobShareOf } from '../../src/job-pod/job-share.ts'
import { startJobPod } from '../../src/job-pod/start-job-pod.ts'
import { unexpectedCluster } from '../kubernetes/unexpected-cluster.ts'
import { podStyle } from '../pod-template/runner-pod-facts.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { jobContainer } from './job-container.ts'

const { signal } = new AbortController()

describe('createJobSecrets', () => {
  const secretsOf = async (asked: Parameters<typeof jobContainer>[0]): Promise<readonly V1Secret[]> => {
    const created: V1Secret[] = []
    const create = (secret: V1Secret): Promise<V1Secret> => Promise.resolve((created.push(secret), secret))
    const cluster = unexpectedCluster({ secrets: { create } })
    const args = { container: jobContainer(asked), services: [] }
    await createJobSecrets({ args, style: podStyle(), cluster, logger: recordingLogger() }, signal)
    return created
  }
  const valuesOf = ({ data = {} }: V1Secret): readonly string[] =>
    Object.values(data).map(value => Buffer.from(value, 'base64').toString())

  it('lets env: win over -e of the options, and -e over CI of the hook', async () => {
    const [secret] = await secretsOf({ createOptions: '-e CI=no -e A=options', environmentVariables: { A: 'env' } })
    expect(valuesOf(secret ?? {})).toEqual(['no', 'env', 'true'])
  })

  it('makes a pull secret for each container with credentials', async () => {
    const secrets = await secretsOf({ registry: { username: 'mona', password: 'x', serverUrl: 'ghcr.io' } })
    expect(secrets.map(({ metadata, type }) => [metadata?.name, type])).toEqual([
      ['runner-abc-env-job', undefined],
      ['runner-abc-pull-job', 'kubernetes.io/dockerconfigjson']
    ])
  })
})

describe('startJobPod', () => {
  const settings = parseSettings({ ACTIONS_RUNNER_POD_NAME: 'runner-abc' })
  const status = (name: string, ready: boolean, exitCode?: number): V1ContainerStatus => ({
    name,
    image: '',
    imageID: '',
    ready,
    restartCount: 0,
    state: exitCode === undefined ? { running: {} } : { terminated: { exitCode } }
  })
  const start = async (...looks: readonly (readonly V1ContainerStatus[])[]): Promise<readonly string[]> => {
    const left = [...looks]
    const logger = recordingLogger()
    const jobPod: V1Pod = {
      metadata: { name: 'p' },
      spec: {
        nodeName: 'node-1',
        containers: [
          { name: 'job', image: 'node:20' },
          { name: 'redis', image: 'redis' }
        ]
      }
    }
    const cluster = unexpectedCluster({
      pods: {
        create: pod => Promise.resolve(pod),
        get: () => Promise.resolve({ ...jobPod, status: { containerStatuses: [...(left.shift() ?? [])] } })
      }
    })
    await startJobPod({ jobPod, cluster, settings, logger }, signal)
    expect(left).toEqual([])
    return logger.lines
  }

  it('waits until every container is ready, and says in a folded group where it runs and what took how long', async () => {
    const lines = await start(
      [],
      [status('job', true), status('redis', false)],
      [status('job', true), status('redis', true)]
    )
    expect(lines.map(line => line.replaceAll(/\d+\.\d s/g, 'N s'))).toEqual([
      'group: Pod p is ready on node node-1 after N s',
      'info: job: node:20',
      'info: redis: redis',
      'info: It waited N s for a node, N s for images and volumes, N s for its containers to be ready.',
      'endgroup'
    ])
  })

  it('waits no longer for a service that has ended well', async () => {
    expect(await start([status('job', true), status('redis', false, 0)])).toContainEqual(
      expect.stringContaining('Pod p is ready')
    )
  })

  it.each([
    {
      fact: 'a service has failed',
      statuses: [status('job', true), status('redis', false, 3)],
      words: 'redis ended with exit code 3'
    },
    {
      fact: 'the job container has ended',
      statuses: [status('job', false, 0), status('redis', true)],
      words: 'job ended with exit code 0'
    }
  ])('says so at once when $fact', async ({ statuses, words }) => {
    await expect(start(statuses)).rejects.toMatchObject({ code: 'POD_FAILED', message: expect.stringContaining(words) })
  })
})

describe('isAlpine', () => {
  const ask = async (...results: ExecResult[]): Promise<boolean> =>
    await isAlpine(
      () => Promise.resolve(results.shift() ?? { kind: 'broken', reason: 'no sh' }),
      'p',
      signal,
      () => Promise.resolve()
    )

  it('is told by a file, and asked again when the connection broke, five times in a row', async () => {
    expect(await ask({ kind: 'exited', exitCode: 0 })).toBe(true)
    expect(await ask({ kind: 'exited', exitCode: 1 })).toBe(false)
    const cuts = Array.from({ length: 5 }, (): ExecResult => ({ kind: 'broken', reason: 'cut' }))
    expect(await ask(...cuts, { kind: 'exited', exitCode: 0 })).toBe(true)
  })

  it('asks a shell of any kind whether musl’s Node is the one to use', async () => {
    let command: readonly string[] = []
    const exec: Exec = request => Promise.resolve((({ command } = request), { kind: 'exited', exitCode: 0 }))
    await isAlpine(exec, 'p', signal)
    expect(command).toEqual([
      ...['sh', '-c'],
      untilDone('[ -e /etc/alpine-release ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]')
    ])
  })

  it('says that the image is unusable when nothing runs in it', async () => {
    await expect(ask()).rejects.toMatchObject({
      code: 'JOB_CONTAINER_UNUSABLE',
      message: expect.stringContaining('no sh')
    })
  })
})

describe('what a container step has of its job', () => {
  const pods = (pod: V1Pod | undefined): Parameters<typeof jobShareOf>[0] => ({ get: () => Promise.resolve(pod) })
  const annotations = { 'k8s-hooks/service-host-names': 'redis db' }

  it('is the service names at the address of the job pod, and its registry credentials', async () => {
    const spec = { containers: [], imagePullSecrets: [{ name: 'of the workflow' }, { name: 'of the template' }] }
    const pod = { metadata: { annotations }, spec, status: { podIP: '10.0.0.1' } }
    expect(await jobShareOf(pods(pod), 'runner', true, signal)).toEqual({
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['redis', 'db'] }],
      pullSecretNames: ['of the workflow', 'of the template']
    })
  })

  it.each([
    { what: 'the pod is gone', pod: undefined },
    { what: 'it has no address', pod: { metadata: { annotations } } },
    { what: 'it has no services', pod: { status: { podIP: '10.0.0.1' } } }
  ])('is nothing when $what', async ({ pod }) => {
    expect(await jobShareOf(pods(pod), 'runner', true, signal)).toEqual({ hostAliases: [], pullSecretNames: [] })
  })

  it('is nothing, and nobody is asked, in a job without a pod', async () => {
    const share = await jobShareOf(unexpectedCluster().pods, 'runner', false, signal)
    expect(share).toEqual({ hostAliases: [], pullSecretNames: [] })
  })
})
