import { execFile, spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Plan, Tree } from '../plan.ts'
import { work, workspace } from './hook-calls.ts'
import { jobPod } from './measure-hooks.ts'
import type { Probe } from './probe.ts'
import { writeTree } from './write-tree.ts'

const source = `${workspace}/tree`
/** hook-template/in-memory.yaml mounts it. */
const podCopy = '/raw/copy'
const podTree = '/__w/demo/demo/made-in-the-pod'
/** Outside of the work folder, from which the hook would bring it into the pod. */
const rawCopy = '/raw/copy'

/**
 * Copies of a tree to the job pod and back, from memory to memory, by the hook and by plain tar over exec. They take turns in going first.
 */
export async function measureCopies(plan: Plan, probe: Probe): Promise<void> {
  for (const tree of plan.trees) {
    for (let round = 1; round <= plan.copies; round++) {
      probe.say(`${plan.mode}: ${tree.name}, round ${round} of ${plan.copies}`)
      await probe.hook.call('prepare')
      // What the first step of a job brings into the pod is no part of the copy.
      await probe.hook.call('script')
      await writeTree(source, tree)
      const inTurn = turnsOf(round)
      await inTurn([() => tarIn(tree, probe), () => copyIn(tree, probe)])
      await inTurn([() => listBoth(tree, probe), () => stepAfterNoChange(tree, probe)])
      await probe.cluster.exec(jobPod, ['cp', '-r', podCopy, podTree])
      await inTurn([() => tarOut(tree, probe), () => copyOut(tree, probe)])
      await probe.hook.call('cleanup')
      for (const folder of [workspace, rawCopy]) await rm(folder, { recursive: true })
      await mkdir(workspace)
    }
  }
}

type Turns = (works: readonly [Work, Work]) => Promise<void>
type Work = () => Promise<void>

function turnsOf(round: number): Turns {
  return async ([one, other]) => {
    for (const work of round % 2 === 0 ? [other, one] : [one, other]) await work()
  }
}

async function tarIn({ name }: Tree, { measure, cluster }: Probe): Promise<void> {
  await measure(`tar in, ${name}`, async () => {
    const tar = spawn('tar', ['-C', source, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await cluster.exec(jobPod, ['sh', '-c', `mkdir ${podCopy} && tar -xf - -C ${podCopy}`], { stdin: tar.stdout })
    return undefined
  })
}

async function copyIn({ name }: Tree, { measure, hook }: Probe): Promise<void> {
  await measure(`copy in, ${name}`, () => hook.call('script'))
}

/** Whether something has changed can be told only by looking at every file at both ends. */
async function listBoth({ name }: Tree, { measure, cluster }: Probe): Promise<void> {
  const list = ['-printf', '%p %m %s %T@ %C@ %i\\n']
  await measure(`listings, ${name}`, async () => {
    await promisify(execFile)('find', [work, ...list], { maxBuffer: 2 ** 30 })
    await cluster.exec(jobPod, ['find', '/__w', ...list])
    return undefined
  })
}

async function stepAfterNoChange({ name }: Tree, { measure, hook }: Probe): Promise<void> {
  await measure(`step after no change, ${name}`, () => hook.call('script'))
}

async function tarOut({ name }: Tree, { measure, cluster }: Probe): Promise<void> {
  await mkdir(rawCopy)
  await measure(`tar out, ${name}`, async () => {
    const tar = spawn('tar', ['-C', rawCopy, '-xf', '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
    const unpacked = new Promise(resolve => tar.once('close', resolve))
    await cluster.exec(jobPod, ['tar', '-C', podCopy, '-cf', '-', '.'], { stdout: tar.stdin })
    await unpacked
    return undefined
  })
}

/** What stands in the pod was not there before the step, which itself does nothing. */
async function copyOut({ name }: Tree, { measure, hook }: Probe): Promise<void> {
  await measure(`copy out, ${name}`, () => hook.call('script'))
}
