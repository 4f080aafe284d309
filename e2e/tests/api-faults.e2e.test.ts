import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { faultsInARow, oncePerCall, refusal, type ApiFault, type FaultOf } from '../src/harness/api-fault.ts'
import { startApiServerFront, type Exchange } from '../src/harness/api-server-front.ts'
import type { VolumeMode } from '../src/harness/arc-role.ts'
import { containerStep, type DirectResult } from '../src/harness/direct-steps.ts'
import { apply, kubectl } from '../src/harness/kubectl.ts'
import { imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const five: readonly ApiFault[] = [
  { kind: 'answer', status: 429, body: 'Too many requests, please try again later.\n', retryAfter: '1' },
  refusal(500, 'InternalError', 'etcdserver: leader changed'),
  { kind: 'answer', status: 503, body: 'upstream connect error or disconnect/reset before headers' },
  { kind: 'reset' },
  { kind: 'lost answer' }
]
const namesOfFive = ['429', '500', '503', 'reset', 'lost answer']

/** All that a job asks of the API server; a lost answer to a creation makes it ask for the object. Copy mode's role has no Jobs. */
const kindsOf: Readonly<Record<VolumeMode, readonly string[]>> = {
  shared: [
    ...['create jobs', 'create pods', 'create secrets', 'delete jobs', 'delete pods', 'delete secrets', 'get jobs'],
    ...['get pods', 'get pods/exec', 'get pods/log', 'get secrets', 'list jobs', 'list pods', 'list secrets']
  ],
  copy: [
    ...['create jobs', 'create pods', 'create secrets', 'delete pods', 'delete secrets'],
    ...['get pods', 'get pods/exec', 'get pods/log', 'get secrets', 'list jobs', 'list pods', 'list secrets']
  ]
}
/** Each costs 30 s, so the modes share what matters: creations, and what has no answer but a stream. */
const silencesOf: Readonly<Record<VolumeMode, readonly string[]>> = {
  shared: ['create jobs', 'get pods/log'],
  copy: ['create pods', 'get pods/exec']
}

interface Scene {
  readonly run: WorkflowRun
  readonly exchanges: readonly Exchange[]
  readonly leftovers: readonly string[]
  readonly images: readonly number[]
}

const closings: (() => Promise<void>)[] = []

async function openSite(subject: string, mode: VolumeMode, faultOf: FaultOf): Promise<[Site, Exchanges]> {
  const front = await startApiServerFront(faultOf)
  closings.unshift(front.stop)
  const site = await openTestSite(subject, mode, { env: front.env, apiServerCa: front.ca })
  closings.unshift(site.dispose)
  return [site, front.exchanges]
}

type Exchanges = () => readonly Exchange[]

async function play(mode: VolumeMode, faultOf: FaultOf): Promise<Scene> {
  const [site, exchanges] = await openSite('api-faults', mode, faultOf)
  const run = await runWorkflow(site, {
    repository: workflowFolder('api-faults'),
    workflow: '.github/workflows/api-faults.yml'
  })
  const images = await imageStatusesOf(run, testRegistryUrl())
  return { run, exchanges: exchanges(), leftovers: await leftoversOf(site), images }
}

/** What the API server has created for the hook, without what is random in its name. */
function createdBy({ exchanges }: Scene): readonly string[] {
  return exchanges
    .filter(({ kind, subject, status }) => kind.startsWith('create ') && status === 201 && !subject.includes('dryRun='))
    .map(({ kind, name }) => `${kind.slice('create '.length)} ${name.replace(/-[0-9a-f]{8}/, '')}`)
}

/** What its creator met again, because it had not heard that it was created. */
function metAgainBy({ exchanges }: Scene): readonly string[] {
  return exchanges.filter(({ status }) => status === 409).map(({ kind }) => kind)
}

function faultsOf({ exchanges }: Scene, kind: string): readonly string[] {
  return exchanges.flatMap(exchange => (exchange.kind === kind ? (exchange.fault ?? []) : []))
}

describe('an API server that does not answer as it should', () => {
  const scenes = new Map<string, Scene>()
  const sceneOf = (mode: string, what: string): Scene => {
    const scene = scenes.get(`${mode} ${what}`)
    if (scene === undefined) throw new Error(`There was no ${what} in ${mode} mode.`)
    return scene
  }

  const keep = async (what: string, scene: Promise<Scene>): Promise<void> => void scenes.set(what, await scene)
  const silenceOf =
    (mode: VolumeMode) =>
    (kind: string): readonly ApiFault[] =>
      silencesOf[mode].includes(kind) ? [{ kind: 'silence' }] : []

  // They mostly wait, so they wait together.
  beforeAll(async () => {
    await Promise.all(
      volumeModes.flatMap(mode => [
        keep(
          `${mode} faults`,
          play(
            mode,
            faultsInARow(() => five)
          )
        ),
        keep(`${mode} silence`, play(mode, faultsInARow(silenceOf(mode)))),
        keep(`${mode} false success`, play(mode, oncePerCall('get pods/exec', { kind: 'false success' })))
      ])
    )
  })

  afterAll(async () => {
    for (const close of closings) await close()
  })

  describe.each(volumeModes)('%s mode', mode => {
    it('has five faults in a row on every verb', () => {
      const scene = sceneOf(mode, 'faults')
      const kinds = [...new Set(scene.exchanges.map(({ kind }) => kind))].sort()
      expect(kinds).toEqual(kindsOf[mode])
      expect(kinds.map(kind => faultsOf(scene, kind))).toEqual(kinds.map(() => namesOfFive))
    })

    it('leaves requests without an answer', () => {
      const scene = sceneOf(mode, 'silence')
      expect(silencesOf[mode].map(kind => faultsOf(scene, kind))).toEqual(silencesOf[mode].map(() => ['silence']))
    })

    it('has created what it did not tell of, and the hook adopts that', () => {
      const workloads = mode === 'shared' ? ['create jobs'] : []
      expect(metAgainBy(sceneOf(mode, 'faults'))).toEqual(['create secrets', 'create pods', ...workloads])
      expect(metAgainBy(sceneOf(mode, 'silence'))).toEqual(mode === 'shared' ? ['create jobs'] : ['create pods'])
    })

    it('reports a success for an exec whose connection to the node breaks, once for each', () => {
      const scene = sceneOf(mode, 'false success')
      const execs = scene.exchanges.filter(({ kind }) => kind === 'get pods/exec')
      expect(faultsOf(scene, 'get pods/exec').length).toBeGreaterThan(mode === 'shared' ? 2 : 5)
      expect(execs.length).toBeGreaterThanOrEqual(2 * faultsOf(scene, 'get pods/exec').length)
    })

    describe.each(['faults', 'silence', 'false success'])('%s', what => {
      const workloads = mode === 'shared' ? 'jobs' : 'pods'

      it('does not keep the job from its success', () => {
        const { run } = sceneOf(mode, what)
        expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
        expect(outputOf(run, 'script')).toContain('hello from the script')
        expect(outputOf(run, 'built')).toContain('value of the script')
      })

      it('starts no step twice', () => {
        expect(outputOf(sceneOf(mode, what).run, 'how often they were started')).toEqual(['a start', 'a start'])
      })

      it('creates nothing twice', () => {
        const step = ['secrets runner-step-env', `${workloads} runner-step`]
        expect(createdBy(sceneOf(mode, what))).toEqual([
          ...['secrets runner-env-job', 'pods runner-workflow', `${workloads} runner-build`],
          // In copy mode an action waits for its Secret.
          ...(mode === 'shared' ? step : step.reverse())
        ])
      })

      it('leaves nothing', () => {
        expect(sceneOf(mode, what)).toMatchObject({ leftovers: [], images: [404] })
      })
    })
  })

  describe.each(volumeModes)('%s mode, a step', mode => {
    const creates = mode === 'shared' ? 'create jobs' : 'create pods'
    let site: Site
    let exchanges: Exchanges
    let faultOf: FaultOf

    beforeAll(async () => {
      ;[site, exchanges] = await openSite('alone', mode, call => faultOf(call))
    })

    /** The API server's answers to its creation, and the front's own. */
    const runStep = async (): Promise<
      DirectResult & { readonly answers: readonly (string | number | undefined)[] }
    > => {
      const before = exchanges().length
      const request = { repository: 'alone', image: 'busybox:1.35', args: ['true'], hasJobPod: false }
      const result = await containerStep(site, request)
      const creations = exchanges()
        .slice(before)
        .filter(({ kind }) => kind === creates)
      return { ...result, answers: creations.map(({ status, fault }) => status ?? fault) }
    }

    it.each([
      { status: 401, reason: 'Unauthorized', message: 'Unauthorized' },
      { status: 403, reason: 'Forbidden', message: 'admission webhook "policy" denied the request' },
      { status: 422, reason: 'Invalid', message: 'spec.containers: Required value' }
    ])('that is refused with $status asks once', async ({ status, reason, message }) => {
      faultOf = ({ kind }) => (kind === creates ? refusal(status, reason, message) : undefined)
      const { exitCode, output, answers } = await runStep()
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringContaining(message) })
      expect(answers).toEqual([String(status)])
      expect(await leftoversOf(site)).toEqual([])
    })

    it('adopts what has used up the quota', async () => {
      faultOf = faultsInARow(kind => (kind === creates ? [{ kind: 'lost answer' }] : []))
      await limit(site, mode === 'shared' ? { 'count/jobs.batch': '1' } : { 'count/pods': '2' })
      expect(await runStep()).toMatchObject({ exitCode: 0, answers: [201, 403] })
      expect(await leftoversOf(site)).toEqual([])
    })
  })
})

/** A quota counts only once its controller has seen it. */
async function limit({ namespace }: Site, hard: Readonly<Record<string, string>>): Promise<void> {
  await apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight', namespace }, spec: { hard } })
  await kubectl(['-n', namespace, 'wait', 'resourcequota/tight', '--for=jsonpath={.status.used}', '--timeout=60s'])
}
