import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import type { Plan, Tree } from '../plan.ts'
import { workspace } from './hook-calls.ts'
import { jobPod } from './measure-hooks.ts'
import type { Probe } from './probe.ts'
import { writeTree } from './write-tree.ts'

const source = `${workspace}/tree`
const podCopy = '/tmp/raw'
const podTree = '/__w/demo/demo/made-in-the-pod'

/** Copies of a tree to the job pod and back, by the hook and by plain tar over exec. */
export async function measureCopies(plan: Plan, probe: Probe): Promise<void> {
  for (const tree of plan.trees) {
    for (let round = 1; round <= plan.copies; round++) {
      probe.say(`${plan.mode}: ${tree.name}, round ${round} of ${plan.copies}`)
      await probe.hook.call('prepare')
      // What the first step of a job brings into the pod is no part of the copy.
      await probe.hook.call('script')
      await writeTree(source, tree)
      await measureInward(tree, probe)
      await measureOutward(tree, probe)
      await probe.hook.call('cleanup')
      await rm(workspace, { recursive: true })
      await mkdir(workspace)
    }
  }
}

async function measureInward({ name }: Tree, { measure, cluster, hook }: Probe): Promise<void> {
  await measure(`tar in, ${name}`, async () => {
    const tar = spawn('tar', ['-C', source, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    await cluster.exec(jobPod, ['sh', '-c', `mkdir ${podCopy} && tar -xf - -C ${podCopy}`], { stdin: tar.stdout })
    return undefined
  })
  await measure(`copy in, ${name}`, () => hook.call('script'))
  await measure(`step after no change, ${name}`, () => hook.call('script'))
}

/** What stands in the pod was not there before the step, which itself does nothing. */
async function measureOutward({ name }: Tree, { measure, cluster, hook }: Probe): Promise<void> {
  await cluster.exec(jobPod, ['cp', '-r', podCopy, podTree])
  const target = `${workspace}/../raw`
  await mkdir(target)
  await measure(`tar out, ${name}`, async () => {
    const tar = spawn('tar', ['-C', target, '-xf', '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
    const unpacked = new Promise(resolve => tar.once('close', resolve))
    await cluster.exec(jobPod, ['tar', '-C', podCopy, '-cf', '-', '.'], { stdout: tar.stdin })
    await unpacked
    return undefined
  })
  await rm(target, { recursive: true })
  await measure(`copy out, ${name}`, () => hook.call('script'))
}
