import { describe, expect, it } from '@jest/globals'
import type { V1ContainerStatus, V1Pod, V1Secret } from '@kubernetes/client-node'
import { parseSettings } from '../../src/config/parse-settings.ts'
import { createJobSecrets } from '../../src/job-pod/create-job-secrets.ts'
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

  describe('with a job container that answers', () => {
    const alone: V1Pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'job' }] } }
    const probed = { name: 'job', readinessProbe: { exec: { command: ['true'] } } }
    const looksUntil = async (jobPod: V1Pod, ...said: readonly (boolean | undefined)[]): Promise<number> => {
      let looks = 0
      const left = [...said]
      const get = (): Promise<V1Pod> => {
        const containerStatuses =
          ++looks > 5 ? (jobPod.spec?.containers ?? []).map(({ name }) => status(name, true)) : []
        const spec = { containers: [], ...jobPod.spec, ...(looks > 1 ? { nodeName: 'node-1' } : {}) }
        return Promise.resolve({ ...jobPod, spec, status: { containerStatuses } })
      }
      const cluster = unexpectedCluster({ pods: { create: pod => Promise.resolve(pod), get } })
      const askAlpine = (): Promise<boolean | undefined> => Promise.resolve(left.length > 1 ? left.shift() : left[0])
      const alpine = await startJobPod({ jobPod, cluster, settings, logger: recordingLogger(), askAlpine }, signal)
      expect(alpine).toBe(said.at(-1))
      return looks
    }

    it('waits for its answer alone where it is all that there is', async () => {
      expect(await looksUntil(alone, undefined, true)).toBe(3)
    })

    it.each([
      { what: 'a service', jobPod: { ...alone, spec: { containers: [{ name: 'job' }, { name: 'redis' }] } } },
      { what: 'a check', jobPod: { ...alone, spec: { containers: [probed] } } },
      {
        what: 'a name of its own',
        jobPod: { ...alone, metadata: { name: 'p', annotations: { 'k8s-hooks/service-host-names': 'web' } } }
      }
    ])('waits for the kubelet’s word where there is $what', async ({ jobPod }) => {
      expect(await looksUntil(jobPod, false)).toBe(6)
    })
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
