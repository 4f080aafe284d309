import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'
import { watchPods, type ContainerRecord, type PodRecord, type PodWatch } from '../src/harness/watch-pods.ts'

const repository = workflowFolder('options')
const workflow = '.github/workflows/options.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const limits = { [`${prefix}MAX_CPUS`]: '0.2', [`${prefix}MAX_MEMORY`]: '512m' }
const secrets = { PASSWORD: 'correct-horse-battery', REGISTRY_PASSWORD: 'staple-of-the-registry' }

describe.each(volumeModes)('what containers ask for by options:, %s mode', mode => {
  let site: Site
  let watch: PodWatch
  let run: WorkflowRun
  let privileged: WorkflowRun
  let wrongValue: WorkflowRun
  let allowed: WorkflowRun

  beforeAll(async () => {
    site = await openTestSite('options', mode)
    watch = await watchPods(site.namespace)
    const start = async (job: string, env = {}): Promise<WorkflowRun> =>
      await runWorkflow(site, { repository, workflow, job, env, secrets })
    run = await start('honoured', limits)
    privileged = await start('privileged')
    wrongValue = await start('wrong-value')
    allowed = await start('allowed', { [`${prefix}ALLOW_PRIVILEGED`]: 'true' })
  })

  afterAll(async () => {
    await (watch as PodWatch | undefined)?.stop()
    await (site as Site | undefined)?.dispose()
  })

  const jobPod = (): PodRecord | undefined => watch.pods().find(({ metadata }) => metadata.name === 'runner-workflow')
  const containerCalled = (name: string): ContainerRecord | undefined =>
    jobPod()?.spec.containers.find(container => container.name === name)

  it('the job succeeds', () => {
    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
  })

  it('--shm-size and --tmpfs are folders in memory of that size, and --read-only leaves them and volumes writable', () => {
    expect(outputOf(run, 'amounts')).toEqual([
      '/dev/shm 32768',
      '/scratch 16384',
      'the root is read-only',
      'the rest is not'
    ])
  })

  it('--cpus and --memory are cut down to the operator’s limits, with a warning each', () => {
    expect(containerCalled('job')?.resources).toEqual({
      limits: { cpu: '200m', memory: '512Mi' },
      requests: { cpu: '10m', memory: '64Mi' }
    })
    const lines = outputOf(run, 'Initialize containers')
    for (const flag of ['--cpus', '--memory'])
      expect(lines).toContainEqual(expect.stringContaining(`asks for more by ${flag} than this runner permits`))
  })

  it('--cap-drop, no-new-privileges, --group-add and --sysctl are so in the container', () => {
    const [noNewPrivileges, capabilities, groups, firstPort, token] = [...outputOf(run, 'rights')].sort(
      (a, b) => order(a) - order(b)
    )
    expect(noNewPrivileges).toBe('NoNewPrivs:\t1')
    expect(Number.parseInt(capabilities?.split('\t')[1] ?? '', 16) & (1 << 13)).toBe(0)
    expect(groups?.split(' ')).toContain('4242')
    expect({ firstPort, token }).toEqual({ firstPort: '90', token: 'no token' })
  })

  it('--hostname, --add-host, --name, --network-alias and --dns-search give names', () => {
    const lines = outputOf(run, 'names')
    expect(lines.slice(0, 7)).toEqual([
      'jobhost',
      '10.11.12.13 elsewhere.example',
      '127.0.0.1 my-db db busybox app jobhost',
      ...Array.from({ length: 4 }, () => '127.0.0.1')
    ])
    expect(lines.at(7)).toMatch(/^search .* example\.org$/)
  })

  it('the environment arrives byte for byte, also that of the options, and an empty value stays', () => {
    expect(outputOf(run, 'environment')).toEqual(['two words', 'pa$$word $(HOME) $HOME ${HOME}', '[]'])
  })

  it('a service has its user, working directory, entrypoint, environment and volumes, and nothing of the job or the cluster', () => {
    expect(outputOf(run, 'service')).toEqual([
      'uid=1001 cwd=/var/spool',
      ...['pa$$word', '$(HOME)', '$HOME', '${HOME}'],
      'end',
      'ports={"6379":"6379","7000":"7000","7001":"7001","7181":"7181"}'
    ])
  })

  it('a container step reaches the service by name, and has no token of the cluster', () => {
    expect(outputOf(run, 'container step')).toEqual(['end', 'no token'])
  })

  it('no port of the node is taken', () => {
    expect(containerCalled('busybox')?.ports).toHaveLength(4)
    expect(JSON.stringify(watch.pods())).not.toContain('hostPort')
  })

  it('labels are annotations under a name of their container', () => {
    expect(jobPod()?.metadata.annotations).toMatchObject({ 'job.label.k8s-hooks/team': 'of the job' })
  })

  it('what is left out is said by name', () => {
    const lines = outputOf(run, 'Initialize containers')
    for (const words of [
      '--ulimit of the container debian',
      '--network of the container debian',
      '/var/run/docker.sock'
    ])
      expect(lines).toContainEqual(expect.stringContaining(words))
  })

  it('credentials of a service are a pull secret of the job’s pods, which is gone after the job', async () => {
    const step = watch.pods().find(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === 'step')
    for (const pod of [jobPod(), step]) expect(pod?.spec.imagePullSecrets).toEqual([{ name: 'runner-pull-busybox' }])
    expect(await leftoversOf(site)).toEqual([])
  })

  it.each(Object.values(secrets))('no pod shows %s to those who may read pods', secret => {
    const text = JSON.stringify(watch.pods())
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret).toString('base64'))
  })

  it('no pod of the hook gets a token of the cluster', () => {
    const pods = watch.pods().filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] !== undefined)
    expect(new Set(pods.map(({ metadata }) => metadata.labels?.['k8s-hooks/role']))).toEqual(new Set(['job', 'step']))
    expect(new Set(pods.map(({ spec }) => spec.automountServiceAccountToken))).toEqual(new Set([false]))
  })

  it.each([
    { what: '--privileged', code: 'CREATE_OPTION_REFUSED', words: 'debian:bookworm-slim', of: () => privileged },
    {
      what: 'a wrong value',
      code: 'CREATE_OPTION_INVALID',
      words: '--cpus of the container busybox:1.35',
      of: () => wrongValue
    }
  ])('$what fails the job with $code, and names the container', ({ code, words, of }) => {
    const line = outputOf(of(), 'Initialize containers').find(text => text.startsWith(`${code}: `))
    expect(line).toContain(words)
    expect(of().report.result).toBe('failure')
  })

  it('more rights are had where the operator allows them', () => {
    const lines = outputOf(allowed, 'rights')
    const capabilities = lines.find(line => line.startsWith('CapBnd:'))?.split('\t')[1] ?? ''
    expect(Number.parseInt(capabilities, 16) & (1 << 19)).not.toBe(0)
    expect(lines).toContain('Seccomp:\t0')
  })
})

/** The lines of the step "rights" in the order in which the test looks at them. */
function order(line: string): number {
  if (line.startsWith('NoNewPrivs:')) return 0
  if (line.startsWith('CapBnd:')) return 1
  if (/^\d+( \d+)+$/.test(line)) return 2
  return line === 'no token' ? 4 : 3
}
