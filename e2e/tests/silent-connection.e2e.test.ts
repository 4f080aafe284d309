import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connect } from 'node:net'
import { startApiServerProxy, type ApiServerProxy } from '../src/harness/api-server-proxy.ts'
import { containerStep, scriptStep, type DirectResult } from '../src/harness/direct-steps.ts'
import { letGo } from '../src/harness/let-go.ts'
import { startWorkflow } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const kinds = ['script', 'container'] as const
const idleTimeoutMs = 60_000
/** Longer than the time-out by default; a soak may ask for half an hour. */
const silenceSeconds = Number(process.env['K8S_HOOKS_SILENCE_SECONDS'] ?? '100')
const silence = `echo before the silence; sleep ${silenceSeconds}; echo after it; exit 7`
const talk = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo line $i; sleep 0.01; done; exit 9'
const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 1}`)

interface Scene {
  readonly site: Site
  readonly proxy: ApiServerProxy
  readonly silent: Readonly<Record<(typeof kinds)[number], DirectResult>>
  readonly frozen: Readonly<Record<(typeof kinds)[number], DirectResult>>
  readonly frozenConnections: number
  /** Whether the proxy has ended a connection of the test's own that carried nothing. */
  readonly idleWasEnded: boolean
}

const closings: (() => Promise<void>)[] = []

async function play(mode: (typeof volumeModes)[number]): Promise<Scene> {
  const proxy = await startApiServerProxy({ idleTimeoutMs })
  closings.unshift(proxy.stop)
  const site = await openTestSite('silent', mode, { env: proxy.env })
  closings.unshift(site.dispose)
  const started = await startWorkflow(site, {
    repository: workflowFolder('held'),
    workflow: '.github/workflows/held.yml',
    job: 'held'
  })
  await started.saw('\nthe step is held\n')
  let idleWasEnded = false
  const idle = connect(proxy.port, proxy.host)
  idle.on('error', () => undefined).on('close', () => (idleWasEnded = true))
  const silent = await both(site, silence)
  let talking = 0
  let freeze = (): void => undefined
  const frozenAt = new Promise<number>(resolve => (freeze = () => resolve(proxy.freezeAll())))
  const talks = both(site, talk, () => {
    if (++talking === kinds.length) freeze()
  })
  const frozenConnections = await frozenAt
  const frozen = await talks
  await letGo(site.namespace, 'runner-workflow', 'job')
  await started.finished
  return { site, proxy, silent, frozen, frozenConnections, idleWasEnded }
}

/** The same in the job container and in a container of its own. */
async function both(site: Site, script: string, onLine20: () => void = () => undefined): Promise<Scene['silent']> {
  const request = { repository: 'held', image: 'busybox:1.35', entryPoint: 'sh', args: ['-c', script], hasJobPod: true }
  const [ofScript, ofContainer] = await Promise.all([
    scriptStep(site, script, { onOutput: callAt('\nline 20\n', onLine20) }),
    containerStep(site, { ...request, onOutput: callAt('\nline 20\n', onLine20) })
  ])
  return { script: ofScript, container: ofContainer }
}

/** Calls once when the output holds the text. */
function callAt(text: string, then: () => void): (output: string) => void {
  let seen = ''
  let isCalled = false
  return output => {
    seen += output
    if (isCalled || !seen.includes(text)) return
    isCalled = true
    then()
  }
}

describe('connections to the API server that carry nothing', () => {
  const scenes = new Map<string, Scene>()
  const sceneOf = (mode: string): Scene => {
    const scene = scenes.get(mode)
    if (scene === undefined) throw new Error(`Nothing was played in ${mode} mode.`)
    return scene
  }

  // They mostly wait, so they wait together.
  beforeAll(
    async () => {
      await Promise.all(volumeModes.map(async mode => scenes.set(mode, await play(mode))))
    },
    silenceSeconds * 1000 + 500_000
  )

  afterAll(async () => {
    for (const close of closings) await close()
  })

  describe.each(volumeModes.flatMap(mode => kinds.map(kind => ({ mode, kind }))))(
    '$kind step, $mode mode',
    ({ mode, kind }) => {
      it('a step that is silent for longer than the idle time-out of a proxy ends with its own exit code', () => {
        const { silent, idleWasEnded } = sceneOf(mode)
        expect(idleWasEnded).toBe(true)
        expect(silent[kind].exitCode).toBe(7)
        expect(wordsOf(silent[kind])).toEqual(['before the silence', 'after it'])
      })

      it('a step whose connection is dead but not closed ends with its own exit code, and no line is lost or shown twice', () => {
        const { frozen, frozenConnections } = sceneOf(mode)
        expect(frozenConnections).toBeGreaterThanOrEqual(kinds.length)
        expect(frozen[kind].exitCode).toBe(9)
        expect(wordsOf(frozen[kind])).toEqual(lines)
      })
    }
  )
})

function wordsOf({ output }: DirectResult): readonly string[] {
  return output.split('\n').filter(line => /^(?:line \d+|before the silence|after it)$/.test(line))
}
