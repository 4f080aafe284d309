import { describe, expect, it } from '@jest/globals'
import type { V1ContainerStateTerminated } from '@kubernetes/client-node'
import { buffer } from 'node:stream/consumers'
import type { BuilderSettings } from '../../src/config/settings.ts'
import { createBuilder } from '../../src/builder/create-builder.ts'
import type { ExecRequest, ExecResult } from '../../src/kubernetes/cluster.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { buildRequest, handle } from './build-request.ts'
import { fakeBuilderDeps, podWith, type Script } from './fake-cluster.ts'

const signal = AbortSignal.timeout(20_000)
const digest = `sha256:${'d'.repeat(64)}`
const workload = 'runner-abc-build-11111111'
const settings = (builder: Partial<BuilderSettings> = {}): Parameters<typeof createBuilder>[0] => ({
  registry: registrySettings(),
  builder: {
    kind: 'kaniko',
    image: 'kaniko:1',
    baseImageSecretName: undefined,
    timeoutSeconds: 300,
    contextMaxBytes: 1e9,
    summary: false,
    ...builder
  }
})

const unscheduled = { ...podWith({}), spec: { containers: [] } }
const receiving = podWith({ receive: { running: {} } })
const building = podWith({ receive: { terminated: { exitCode: 0 } }, build: { running: {} } }, 'Running')
const ended = (terminated: V1ContainerStateTerminated): Script['pods'][number] =>
  podWith(
    { receive: { terminated: { exitCode: 0 } }, build: { terminated } },
    terminated.exitCode === 0 ? 'Succeeded' : 'Failed'
  )

/** Takes what is sent and ends well. */
async function arrive({ stdin }: ExecRequest): Promise<ExecResult> {
  if (stdin !== undefined) await buffer(stdin)
  return { kind: 'exited', exitCode: 0 }
}

const withSecret = (): Parameters<typeof createBuilder>[0] => ({
  ...settings(),
  registry: registrySettings({ secretName: 'push' })
})
const built = { receive: { terminated: { exitCode: 0 } }, build: { terminated: { exitCode: 0, message: 'forged' } } }

describe('a build that is pushed by a container of its own', () => {
  it('is followed through both, and the push begins with the second', async () => {
    const seen: string[] = []
    const fake = fakeBuilderDeps({
      pods: [
        receiving,
        building,
        podWith(built),
        podWith({ ...built, push: { running: {} } }),
        podWith({ ...built, push: { terminated: { exitCode: 0 } } }, 'Succeeded')
      ],
      exec: arrive,
      log: ['{"level":"info","msg":"RUN make"}', 'made'],
      pushLog: ['{"level":"info","msg":"Pushing image to x"}', `{"level":"info","msg":"Pushed x@${digest}"}`]
    })
    const request = buildRequest({ onPush: () => void seen.push(fake.lines.at(-1) ?? '') })
    expect((await createBuilder(withSecret(), fake.deps).build(request, signal)).digest).toBe(digest)
    expect(seen).toEqual(['info: made'])
    expect(fake.lines.slice(2)).toEqual([
      'info: STEP RUN make',
      'info: made',
      'info: Pushing image to x',
      `info: Pushed x@${digest}`,
      'endgroup',
      `info: Built in 0 ms, pushed in 0 ms: ${digest}`
    ])
  })

  it('is not pushed when it fails', async () => {
    const failed = { ...built, build: { terminated: { exitCode: 2, reason: 'Error' } } }
    const fake = fakeBuilderDeps({
      pods: [receiving, building, podWith(failed, 'Failed')],
      exec: arrive,
      log: ['{"level":"info","msg":"RUN make"}', 'error building image: exit status 2'],
      pushLog: ['never read']
    })
    await expect(createBuilder(withSecret(), fake.deps).build(buildRequest(), signal)).rejects.toMatchObject({
      message:
        'The image could not be built: Kaniko ended with exit code 2 at "RUN make": error building image: exit status 2'
    })
    expect(fake.lines).not.toContain('info: never read')
  })

  it('blames the push and not the Dockerfile when the registry refuses', async () => {
    const refused = { ...built, push: { terminated: { exitCode: 1, reason: 'Error' } } }
    const fake = fakeBuilderDeps({
      pods: [receiving, building, podWith(built), podWith(refused, 'Failed')],
      exec: arrive,
      log: ['{"level":"info","msg":"RUN make"}', 'Error: printed by make'],
      pushLog: ['Error: checking push permissions: POST x: UNAUTHORIZED: authentication required', 'Usage:', ' -f']
    })
    await expect(createBuilder(withSecret(), fake.deps).build(buildRequest(), signal)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message:
        'The image could not be pushed: Kaniko ended with exit code 1: checking push permissions: POST x: UNAUTHORIZED: authentication required',
      hint: 'The Secret push has no credentials for registry.test:5000 that may push there.'
    })
  })
})

describe('a build', () => {
  it('starts a workload, sends the context, shows the log, gives the digest and leaves nothing', async () => {
    const sent: string[] = []
    const fake = fakeBuilderDeps({
      pods: [unscheduled, receiving, building, ended({ exitCode: 0, message: digest })],
      exec: async request => {
        sent.push(`${request.podName} ${request.container} ${request.command.slice(4).join(' ')}`)
        return await arrive(request)
      },
      log: ['{"level":"info","msg":"RUN make"}', 'made', '{"level":"info","msg":"Pushing image to x"}']
    })
    const built = await createBuilder(settings(), fake.deps).build(buildRequest(), signal)
    expect(built).toEqual({ digest, timings: { startMs: 0, streamMs: 0, buildMs: 0, pushMs: 0 } })
    expect(sent).toEqual([`${workload}-pod receive /context 1 ${'a'.repeat(64)} 3`])
    expect(fake.started).toMatchObject([
      { name: workload, activeDeadlineSeconds: 360, template: { spec: { containers: [{ image: 'kaniko:1' }] } } }
    ])
    expect(fake.deleted).toEqual([`job ${workload}`, `pod ${workload}-pod`])
    expect(fake.lines).toEqual([
      `info: Sent the build context to ${workload}-pod: 2.0 kB in 0 ms (pod ready after 0 ms)`,
      'group: Building docker image with Kaniko',
      'info: STEP RUN make',
      'info: made',
      'info: Pushing image to x',
      'endgroup',
      `info: Built in 0 ms, pushed in 0 ms: ${digest}`
    ])
  })

  it('sends as soon as the receiver takes commands, which the kubelet says later', async () => {
    const asked: string[] = []
    const fake = fakeBuilderDeps({
      pods: [podWith({}), podWith({}), building, ended({ exitCode: 0, message: digest })],
      exec: async request => {
        asked.push(request.stdin === undefined ? 'try' : 'send')
        return asked.length === 1 ? { kind: 'broken', reason: 'container not found' } : await arrive(request)
      }
    })
    await createBuilder(settings(), fake.deps).build(buildRequest(), signal)
    expect(asked).toEqual(['try', 'try', 'send'])
  })

  it('believes the registry and not the pod, in which RUN can write any digest', async () => {
    const forged = `sha256:${'f'.repeat(64)}`
    const asked: string[] = []
    const fake = fakeBuilderDeps({
      pods: [receiving, ended({ exitCode: 0, message: forged })],
      exec: arrive,
      findDigest: ({ tag }) => {
        asked.push(tag ?? '')
        return Promise.resolve(digest)
      }
    })
    expect((await createBuilder(settings(), fake.deps).build(buildRequest(), signal)).digest).toBe(digest)
    expect(asked).toEqual([handle])
    expect(fake.lines).toContain(
      `warning: Kaniko reports the digest ${forged}, but the registry has ${digest}, which counts.`
    )
  })

  it('believes the pod where the registry cannot be asked, and nobody where neither knows the image', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('no way to it'))
    const exec = arrive
    const reported = fakeBuilderDeps({
      pods: [receiving, ended({ exitCode: 0, message: digest })],
      exec,
      findDigest: refuse
    })
    expect((await createBuilder(settings(), reported.deps).build(buildRequest(), signal)).digest).toBe(digest)
    expect(reported.lines).toContain('warning: The registry could not be asked for the image: no way to it')
    const unknown = fakeBuilderDeps({ pods: [receiving, ended({ exitCode: 0 })], exec, findDigest: refuse })
    await expect(createBuilder(settings(), unknown.deps).build(buildRequest(), signal)).rejects.toThrow('no way to it')
    const lost = fakeBuilderDeps({
      pods: [receiving, ended({ exitCode: 0, message: digest })],
      exec,
      findDigest: () => Promise.resolve(undefined)
    })
    await expect(createBuilder(settings(), lost.deps).build(buildRequest(), signal)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: 'Kaniko ended well, but the registry does not have the image.'
    })
  })

  it('fails with the words of the builder, outside the folded log', async () => {
    const fake = fakeBuilderDeps({
      pods: [receiving, building, ended({ exitCode: 3, reason: 'Error', message: digest })],
      exec: arrive,
      log: ['{"level":"info","msg":"RUN exit 3"}', 'error building image: exit status 3']
    })
    await expect(createBuilder(settings(), fake.deps).build(buildRequest(), signal)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message:
        'The image could not be built: Kaniko ended with exit code 3 at "RUN exit 3": error building image: exit status 3'
    })
    expect(fake.lines.at(-1)).toBe('endgroup')
    expect(fake.deleted).toHaveLength(2)
  })

  it.each([
    {
      title: 'whose image cannot be pulled',
      pods: [
        receiving,
        podWith({
          receive: { terminated: { exitCode: 0 } },
          build: { waiting: { reason: 'ErrImagePull', message: 'not found' } }
        })
      ],
      message: `The image was not built. Pod ${workload}-pod: Container build (image build:1) cannot start: ErrImagePull: not found`,
      hint: /BUILDER_IMAGE/
    },
    {
      title: 'that is gone',
      pods: [undefined],
      message: `The image was not built. Pod ${workload}-pod was deleted while the hook waited for it.`,
      hint: /kubectl describe pod/
    },
    {
      title: 'whose receiver fails',
      pods: [podWith({ receive: { terminated: { exitCode: 1, reason: 'Error' } } }, 'Failed')],
      message: `The image was not built. Pod ${workload}-pod: Container receive ended with exit code 1 (Error)`,
      hint: /kubectl describe pod/
    }
  ])('ends with a pod $title', async ({ pods, message, hint }) => {
    const fake = fakeBuilderDeps({ pods, exec: arrive })
    await expect(createBuilder(settings(), fake.deps).build(buildRequest(), signal)).rejects.toMatchObject({
      code: 'BUILDER_POD_FAILED',
      message,
      hint: expect.stringMatching(hint)
    })
    expect(fake.deleted).toHaveLength(2)
  })

  it('has the limits of every pod while it waits for node and images', async () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }]
    const fake = fakeBuilderDeps({ pods: [{ status: { phase: 'Pending', conditions } }] })
    let nowMs = 0
    const stageTimeoutsMs = { schedule: 5000, pull: undefined, start: undefined }
    const deps = { ...fake.deps, stageTimeoutsMs, now: () => (nowMs += 1000) }
    await expect(createBuilder(settings(), deps).build(buildRequest(), signal)).rejects.toMatchObject({
      code: 'BUILDER_POD_FAILED',
      message: expect.stringContaining('had no node after 5 s'),
      hint: 'ACTIONS_RUNNER_CONTAINER_HOOKS_SCHEDULE_TIMEOUT_SECONDS sets how long the hook waits.'
    })
  })

  it('builds longer than containers may take to be ready', async () => {
    const fake = fakeBuilderDeps({
      pods: [receiving, receiving, receiving, ended({ exitCode: 0, message: digest })],
      exec: arrive
    })
    let nowMs = 0
    const stageTimeoutsMs = { schedule: undefined, pull: undefined, start: 1 }
    const deps = { ...fake.deps, stageTimeoutsMs, now: () => (nowMs += 1000) }
    await expect(createBuilder(settings(), deps).build(buildRequest(), signal)).resolves.toBeDefined()
  })

  it('tells at once why a pod cannot start', async () => {
    const pull = podWith({ receive: { waiting: { reason: 'ErrImagePull', message: 'try later' } } })
    const fake = fakeBuilderDeps({
      pods: [pull, pull, receiving, ended({ exitCode: 0, message: digest })],
      exec: arrive
    })
    await createBuilder(settings(), { ...fake.deps, imagePullGraceMs: 1000 }).build(buildRequest(), signal)
    const warnings = fake.lines.filter(line => line.startsWith('warning'))
    expect(warnings).toEqual([
      `warning: Builder pod ${workload}-pod: Container receive (image receive:1) cannot start: ErrImagePull: try later`
    ])
  })

  it.each([
    { stage: 'starting its pod', pods: [unscheduled] },
    { stage: 'building', pods: [receiving, building] },
    {
      stage: 'building at line 2 of the Dockerfile, "RUN sleep 600"',
      pods: [receiving, building],
      log: ['{"level":"info","msg":"RUN sleep 600"}']
    },
    {
      stage: 'pushing',
      pods: [receiving, building],
      log: ['{"level":"info","msg":"RUN make"}', '{"level":"info","msg":"Pushing image to x"}']
    }
  ])('is stopped when its time is over while it is $stage', async ({ stage, pods, log = [] }) => {
    const fake = fakeBuilderDeps({ pods, exec: arrive, log })
    const builder = createBuilder(settings({ timeoutSeconds: 0.05 }), fake.deps)
    const instructions = [{ line: 2, text: 'RUN  sleep \\\n  600' }]
    await expect(builder.build(buildRequest({ instructions }), signal)).rejects.toMatchObject({
      code: 'BUILD_TIMEOUT',
      message: `The build was stopped after 0.05 s, while it was ${stage}.`
    })
    expect(fake.deleted).toEqual([`job ${workload}`, `pod ${workload}-pod`])
  })

  it('leaves nothing when it is cancelled, and throws the reason', async () => {
    const abort = new AbortController()
    const fake = fakeBuilderDeps({
      pods: [receiving],
      exec: () => {
        abort.abort(new Error('cancelled'))
        return Promise.reject(new Error('aborted'))
      }
    })
    const building = createBuilder(settings(), fake.deps).build(buildRequest(), abort.signal)
    await expect(building).rejects.toThrow(/cancelled|aborted/)
    expect(fake.deleted).toEqual([`job ${workload}`, `pod ${workload}-pod`])
  })

  it('succeeds although its workload cannot be deleted', async () => {
    const fake = fakeBuilderDeps({ pods: [receiving, ended({ exitCode: 0, message: digest })], exec: arrive })
    const { cluster } = fake.deps
    const refusing = { ...cluster, jobs: { ...cluster.jobs, delete: () => Promise.reject(new Error('no')) } }
    const built = await createBuilder(settings(), { ...fake.deps, cluster: refusing }).build(buildRequest(), signal)
    expect(built.digest).toBe(digest)
    expect(fake.lines.at(-1)).toBe(
      `debug: Job ${workload} could not be deleted; Kubernetes deletes it with the runner pod.`
    )
  })

  it.each([
    { kind: 'buildah', name: 'Buildah' },
    { kind: 'buildkit', name: 'BuildKit' }
  ] as const)('can be done by $name', async ({ kind, name }) => {
    const fake = fakeBuilderDeps({ pods: [receiving, ended({ exitCode: 0, message: digest })], exec: arrive })
    await createBuilder(settings({ kind, image: 'other:1' }), fake.deps).build(buildRequest(), signal)
    expect(fake.started).toMatchObject([{ template: { spec: { containers: [{ image: 'other:1' }] } } }])
    expect(fake.lines).toContain(`group: Building docker image with ${name}`)
  })
})
