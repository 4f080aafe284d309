import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { containerStep, scriptStep, type DirectResult } from '../src/harness/direct-steps.ts'
import { kubectl } from '../src/harness/kubectl.ts'
import { imageStatusesOf, leftoversOf } from '../src/harness/leftovers.ts'
import { letGo } from '../src/harness/let-go.ts'
import { registryStatusOf } from '../src/harness/registry.ts'
import { startWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, testRegistryUrl, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('held')
const workflow = '.github/workflows/held.yml'
const kinds = ['script', 'image', 'built'] as const
const numbers = [1, 2, 3]
/** Written by the hook as it ends: the most memory that it ever had, in KiB. */
const peakModule = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))`
const megabyte = 1_000_000
const padding = 'x'.repeat(100)

/** The same at every run, of what shells, kubelets and .NET give a meaning to. */
const pieces = [
  "'",
  '"',
  '\\',
  '$',
  '$(HOME)',
  '$$',
  '`id`',
  '${HOME}',
  '*',
  '~',
  ';',
  '&',
  '%s',
  '-n',
  '=',
  'a b',
  'ü',
  '🙂'
]
const texts = Array.from({ length: 100 }, (_, index) =>
  [...createHash('sha256').update(String(index)).digest().subarray(0, 6)]
    .map(byte => pieces[byte % pieces.length])
    .join('')
)
const showArguments = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...texts]

/** Says which line is the first that does not begin with its number, and how many there are. */
const firstOdd = `awk '$1 != NR && !odd { odd = NR; print "line " NR ": " substr($0, 1, 80) } END { print NR " lines" }'`

interface Stage {
  readonly stage: string
  readonly image?: string
}

describe.each(volumeModes)('steps of one job at the same time, %s mode', mode => {
  let site: Site
  let run: WorkflowRun
  const results = new Map<string, DirectResult>()
  const sums = new Map<number, readonly string[]>()
  let containerOutput = { got: '', made: 'nothing' }
  const peaksKib = new Map<number, number>()

  beforeAll(async () => {
    site = await openTestSite('concurrent', mode)
    await site.exec(['sh', '-c', `cat >/tmp/peak.cjs`], { input: peakModule })
    const started = await startWorkflow(site, { repository, workflow, job: 'held' })
    await started.saw('\nthe step is held\n')
    await Promise.all(
      numbers.flatMap(number => [
        keep(`script-${number}`, scriptStep(site, scriptOf(`script-${number}`, number))),
        keep(
          `image-${number}`,
          containerStep(site, {
            repository: 'held',
            image: 'busybox:1.35',
            entryPoint: 'sh',
            args: ['-c', scriptOf(`image-${number}`, 10 + number).replaceAll('/__w/held/held/', '')],
            hasJobPod: true
          })
        ),
        keep(`built-${number}`, builtStep('held', 'action', `built-${number}`, true))
      ])
    )
    for (const megabytes of [1, 100]) await measureOutput(megabytes)
    await measureContainer()
    await keep('arguments of a script', scriptStep(site, ['node', ...showArguments]))
    const container = { repository: 'held', image: 'node:20-bookworm', hasJobPod: true }
    await keep(
      'arguments of a container',
      containerStep(site, { ...container, entryPoint: 'node', args: showArguments })
    )
    await letGo(site.namespace, 'runner-workflow', 'job')
    run = await started.finished
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  const keep = async (name: string, result: Promise<DirectResult>): Promise<void> =>
    void results.set(name, await result)

  const builtStep = async (name: string, folder: string, word: string, hasJobPod: boolean): Promise<DirectResult> =>
    await containerStep(site, { repository: name, dockerfile: `${folder}/Dockerfile`, args: [word], hasJobPod })

  /** A step that prints so much, of which the runner keeps the checksum alone. */
  const measureOutput = async (megabytes: number): Promise<void> => {
    const file = `/tmp/output-${megabytes}`
    const make = `head -c ${megabytes * 750_000} /dev/urandom | base64 -w 99 | head -c ${megabytes * megabyte} >${file}`
    await scriptStep(site, make)
    const before = `PEAK_FILE=${file}.peak NODE_OPTIONS='--require /tmp/peak.cjs'`
    const got = await scriptStep(site, `cat ${file}`, { around: [before, "| grep -v '^::debug::' | md5sum"] })
    const made = await scriptStep(site, `md5sum <${file}`)
    sums.set(
      megabytes,
      [got, made].map(({ output }) => /^[0-9a-f]{32} /m.exec(output)?.[0] ?? output)
    )
    peaksKib.set(megabytes, Number(await site.readFile(`${file}.peak`)))
  }

  /**
   * More than the kubelet keeps in one file of the log. It looks every 10 s whether to begin another one: in the pause at the
   * latest.
   */
  const measureContainer = async (): Promise<void> => {
    const made = createHash('md5')
    for (let line = 1; line <= 101_000; line++) made.update(`${line} ${padding}\n`)
    const lines = (from: number, to: number): string =>
      `awk 'BEGIN { for (i = ${from}; i <= ${to}; i++) print i " ${padding}" }'`
    const program = `${lines(1, 100_000)}; sleep 15; ${lines(100_001, 101_000)}`
    const got = await containerStep(site, {
      ...{ repository: 'held', image: 'busybox:1.35', entryPoint: 'sh', args: ['-c', program], hasJobPod: true },
      around: ['', `| grep -v '^::debug::' | tee /tmp/container-output | md5sum; ${firstOdd} /tmp/container-output`]
    })
    containerOutput = { got: got.output, made: `${made.digest('hex')}  -\n101000 lines\n` }
  }

  it.each(
    numbers.flatMap(number => [
      { step: `script-${number}`, exitCode: number },
      { step: `image-${number}`, exitCode: 10 + number },
      { step: `built-${number}`, exitCode: 9 }
    ])
  )('$step has its own output and its own exit code', ({ step, exitCode }) => {
    const { output, exitCode: code } = results.get(step) ?? { output: '', exitCode: -1 }
    const spoken = output.split('\n').filter(line => / (?:runs|ends)$/.test(line))
    expect({ spoken, code }).toEqual({ spoken: [`${step} runs`, `${step} ends`], code: exitCode })
  })

  it('the next step sees the files of all of them', () => {
    const expected = kinds.flatMap(kind => numbers.map(number => `${kind}-${number} was here`))
    expect([...outputOf(run, 'files of all')].sort()).toEqual(expected.sort())
  })

  it('a line of a step is seen while the step runs', () => {
    expect(outputOf(run, 'held')).toEqual(['the step is held', 'the step goes on'])
  })

  it('one content is built once', () => {
    const count = (what: string): number => run.stages.filter(({ stage }) => stage === what).length
    expect({ built: count('image built'), reused: count('image reused') }).toEqual({ built: 1, reused: 2 })
  })

  it.each(['arguments of a script', 'arguments of a container'])('random %s arrive as they are', name => {
    const shown = results
      .get(name)
      ?.output.split('\n')
      .find(line => line.startsWith('['))
    expect(JSON.parse(shown ?? 'null')).toEqual(texts)
  })

  it('nothing is left of the job', async () => {
    expect([await leftoversOf(site), await imageStatusesOf(run, testRegistryUrl())]).toEqual([[], [404]])
  })

  it.each([1, 100])('%d MB of output arrive whole', megabytes => {
    const [got, made] = sums.get(megabytes) ?? []
    expect(made).toMatch(/^[0-9a-f]{32} /)
    expect(got).toBe(made)
  })

  it('ten megabytes of output of a container arrive whole, and what follows in a second file of its log', () => {
    expect(containerOutput.got).toBe(containerOutput.made)
  })

  it("the hook's memory does not grow with the output", () => {
    const [small = 0, large = Infinity] = [peaksKib.get(1), peaksKib.get(100)]
    expect(small).toBeGreaterThan(20_000)
    expect(large).toBeLessThan(small + 60_000)
    expect(large).toBeLessThan(150 * 1024)
  })

  describe('in a job without container and services', () => {
    const images = async (what: string): Promise<readonly string[]> =>
      (await site.readFile('/tmp/timings.jsonl'))
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Stage)
        .flatMap(({ stage, image }) => (stage === what && image !== undefined ? [image] : []))
    const statusesOf = async (names: readonly string[]): Promise<readonly number[]> =>
      await Promise.all(names.map(image => registryStatusOf(testRegistryUrl(), image)))

    it('an image is deleted with the last step that uses it, and no other goes with it', async () => {
      const prepare = 'cd /home/runner/_work/free/free && cp -r action other && echo "# other" >>other/Dockerfile'
      await site.copyIn(repository, '/home/runner/_work/free/free')
      await site.exec(['sh', '-c', `rm -f /tmp/timings.jsonl; ${prepare}`])
      const [waits, quick, other] = [
        builtStep('free', 'action', 'waits', false),
        builtStep('free', 'action', 'quick', false),
        builtStep('free', 'other', 'other', false)
      ]
      expect(await Promise.all([quick, other])).toMatchObject([{ exitCode: 9 }, { exitCode: 9 }])
      const [pod = '', used = ''] = await stepPod()
      const unused = (await images('image built')).filter(image => image !== used)
      expect([await statusesOf([used]), await statusesOf(unused)]).toEqual([[200], [404]])
      await kubectl(['-n', site.namespace, 'wait', '--for=jsonpath={.status.phase}=Running', pod, '--timeout=120s'])
      await letGo(site.namespace, pod, 'main')
      expect(await waits).toMatchObject({ exitCode: 9, output: expect.stringContaining('waits ends') })
      const [built, reused] = [await images('image built'), await images('image reused')]
      expect([built.length, reused, await statusesOf(built)]).toEqual([2, [used], [404, 404]])
      expect(await leftoversOf(site)).toEqual([])
    })

    /** Name and image of the only pod of a step. */
    const stepPod = async (): Promise<readonly string[]> => {
      const columns = 'jsonpath=pod/{.items[*].metadata.name} {.items[*].spec.containers[?(@.name=="main")].image}'
      return (await kubectl(['-n', site.namespace, 'get', 'pods', '-l', 'k8s-hooks/role=step', '-o', columns])).split(
        ' '
      )
    }
  })
})

function scriptOf(name: string, exitCode: number): string {
  return `echo ${name} runs; echo ${name} was here >/__w/held/held/made-${name}.txt; sleep 0.5; echo ${name} ends; exit ${exitCode}`
}
