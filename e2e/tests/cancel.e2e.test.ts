import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { VolumeMode } from '../src/harness/arc-role.ts'
import { tryKubectl } from '../src/harness/kubectl.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { registryTags } from '../src/harness/registry.ts'
import { startWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { stagingBegins, stepPodOf } from '../src/harness/step-pod.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('cancel')
const workflow = '.github/workflows/cancel.yml'
const secrets = { TOKEN: 'token-of-the-cancelled-job', STEP_TOKEN: 'token-of-the-cancelled-step' }

/** What the log holds when the job is in the middle of it. */
const moments = {
  prepare: '▶ Initialize containers',
  script: '\nthe step runs',
  container: '\nthe container runs',
  build: '\nthe build runs',
  copy: '\nthe copy begins',
  stage: '▶ cancelled step'
}
type Moment = keyof typeof moments

/** Only copy mode carries files. */
function momentsOf(mode: VolumeMode): readonly Moment[] {
  const all: readonly Moment[] = ['prepare', 'script', 'container', 'build']
  return mode === 'copy' ? [...all, 'copy', 'stage'] : all
}

/** Where a hook that was killed would have left something, and not what the test itself has put there. */
const tokenSearch = ['grep', '-rlI', 'token-of-the-cancelled-', '/home/runner', '/tmp', '/dev/shm', '--exclude-dir=run']

const mostLooks = 300

/** The runner's header line comes before the hook can hear a signal; the pod comes after, and its service never becomes healthy. */
async function jobPodExists(site: Site): Promise<void> {
  // Each look is a kubectl call of its own: no further pause is needed.
  for (let looks = 0; looks < mostLooks; looks++) {
    if ((await leftoversOf(site)).some(name => name.startsWith('Pod/'))) return
  }
  throw new Error(`There is no job pod in ${site.namespace} after ${mostLooks} looks.`)
}

/** Follows the log of the pod that runs a container step until its end, and returns once the log holds the text. */
async function followStepLog(site: Site, text: string): Promise<{ readonly whole: Promise<string> }> {
  const pod = (await stepPodOf(site)) ?? ''
  return await new Promise((resolve, reject) => {
    let log = ''
    const whole = tryKubectl(['-n', site.namespace, 'logs', '-f', pod, '-c', 'main'], {
      onOutput: output => {
        log += output
        if (log.includes(text)) resolve({ whole: whole.then(() => log) })
      }
    })
    whole.then(() => reject(new Error(`The log of ${pod} has no "${text}": ${log}`)), reject)
  })
}

describe.each(volumeModes)('a job that is cancelled, %s mode', mode => {
  let site: Site
  let containerLog: string
  const runs = new Map<Moment, WorkflowRun>()
  const leftovers = new Map<Moment, readonly string[]>()
  const filesWithTokens = new Map<Moment, string>()
  const runOf = (moment: Moment): WorkflowRun => {
    const run = runs.get(moment)
    if (run === undefined) throw new Error(`The job ${moment} was not run.`)
    return run
  }

  beforeAll(async () => {
    site = await openTestSite('cancel', mode)
    for (const job of momentsOf(mode)) {
      const started = await startWorkflow(site, { repository, workflow, job, secrets })
      await started.saw(moments[job])
      if (job === 'prepare') await jobPodExists(site)
      if (job === 'stage') await stagingBegins(site)
      const stepLog = job === 'container' ? await followStepLog(site, 'the container runs') : undefined
      await started.cancel()
      if (stepLog !== undefined) containerLog = await stepLog.whole
      runs.set(job, await started.finished)
      leftovers.set(job, await leftoversOf(site))
      filesWithTokens.set(job, (await site.exec(tokenSearch)).stdout)
    }
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it.each(momentsOf(mode))('the hook ends by itself before the runner kills it, in %s', job => {
    const step = job === 'prepare' ? 'Initialize containers' : 'cancelled step'
    const { report } = runOf(job)
    expect(report.result).toBe('cancelled')
    expect(report.hooks.filter(hook => hook.step === step).map(({ cancellation }) => cancellation)).toEqual([
      { signals: ['SIGINT'], exitCode: 130 }
    ])
    expect(outputOf(runOf(job), step)).toContain('The step was cancelled.')
  })

  it('the process of a script step gets SIGTERM, and no process has its environment any more', () => {
    expect(outputOf(runOf('script'), 'after the cancellation')).toEqual(['got SIGTERM: yes', 'processes: 0'])
  })

  it('the process of a container step gets SIGTERM', () => {
    expect(containerLog).toBe('the container runs\ngot SIGTERM\n')
  })

  if (mode === 'copy') {
    it('an action whose workspace was on its way does not start', () => {
      expect(runOf('stage').log).not.toContain('\nthe action has started\n')
    })
  }

  it.each(momentsOf(mode))('no pod, Job or Secret is left, in %s', moment => {
    expect(leftovers.get(moment)).toEqual([])
  })

  it.each(momentsOf(mode))('cleanup_job runs and succeeds, in %s', moment => {
    expect(runOf(moment).report.hooks.at(-1)).toMatchObject({ command: 'cleanup_job', exitCode: 0 })
  })

  it.each(momentsOf(mode))('no file of the runner that a step could read holds a secret, in %s', moment => {
    expect(filesWithTokens.get(moment)).toBe('')
  })

  it.each(momentsOf(mode).filter(moment => moment !== 'prepare'))(
    'no file of the job pod holds a secret of the cancelled step, in %s',
    moment => {
      expect(outputOf(runOf(moment), 'what is left in the pod')).toEqual(['no token'])
    }
  )

  it('the registry has no image of the cancelled build', async () => {
    const handles = new Set(runOf('build').log.match(/k8s-hooks\/[0-9a-f-]{36}/g))
    const tags = await registryTags(testRegistryUrl())
    expect(tags.filter(tag => handles.has(tag.split(':')[0] ?? ''))).toEqual([])
  })
})
