import type { V1PodSpec } from '@kubernetes/client-node'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Plan } from '../plan.ts'
import { printOutput } from './hook-calls.ts'
import type { Probe } from './probe.ts'
import { withoutPlace } from './without-place.ts'

export const jobPod = 'runner-workflow'
const limitPod = 'limit'

/** Each hook in turns with the limit that it is compared with, so that both meet the same machine. */
export async function measureHooks(plan: Plan, probe: Probe): Promise<void> {
  const { measure, hook, say } = probe
  for (let round = 1; round <= plan.repetitions; round++) {
    say(`${plan.mode}: round ${round} of ${plan.repetitions}`)
    await measure('node start', startNode)
    await measure('prepare_job', () => hook.call('prepare'))
    await measurePodReady(probe)
    await measure('first script step', () => hook.call('script'))
    await measureSteps(plan, probe)
    await measure('cleanup_job', () => hook.call('cleanup'))
  }
}

async function startNode(): Promise<undefined> {
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close')
  return undefined
}

/** The very pod that the hook made, once more. */
async function measurePodReady({ measure, cluster }: Probe): Promise<void> {
  const spec = withoutPlace(await cluster.specOf(jobPod))
  await measure('pod ready', async () => {
    await cluster.startPod(limitPod, spec, 'ready')
    return undefined
  })
  await measure('pod delete', async () => {
    await cluster.deletePod(limitPod)
    return undefined
  })
}

async function measureSteps({ outputBytes, repetitions }: Plan, { measure, cluster, hook }: Probe): Promise<void> {
  const stepsPerRound = 3
  for (let step = 0; step < stepsPerRound; step++) {
    await measure('exec', async () => {
      await cluster.exec(jobPod, ['true'])
      return undefined
    })
    await measure('script step', () => hook.call('script'))
  }
  await measure('exec, output', async () => {
    expectBytes(await cluster.exec(jobPod, ['sh', '-c', printOutput(outputBytes)]), outputBytes)
    return undefined
  })
  await measure('script step, output', async () => {
    const end = await hook.call('output')
    expectBytes(end.stdoutBytes, outputBytes)
    return end
  })
  await measure('container step', () => hook.call('container'))
  const name = `limit-run-${repetitions}-${Date.now()}`
  await measure('pod run', async () => {
    await cluster.startPod(name, oneStep, 'succeeded')
    return undefined
  })
  await cluster.deletePod(name)
}

/** A figure of output that was cut short is none. */
function expectBytes(arrived: number, sent: number): void {
  if (arrived < sent) throw new Error(`Of ${sent} bytes ${arrived} arrived.`)
}

const oneStep: V1PodSpec = {
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  containers: [{ name: 'step', image: 'busybox:1.35', imagePullPolicy: 'IfNotPresent', command: ['echo', 'hello'] }]
}
