import { mkdtemp, cp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { VolumeMode } from '../harness/arc-role.ts'
import { tryKubectl } from '../harness/kubectl.ts'
import { installHook, runWorkflow, timingsFile, type WorkflowRun } from '../harness/run-workflow.ts'
import { createSite, type Site } from '../harness/site.ts'
import type { Surroundings } from '../harness/surroundings.ts'
import { findLeftovers } from './find-leftovers.ts'
import { printTable } from './print-table.ts'

const example = resolve(import.meta.dirname, '../../../examples/hello-docker-action')
const modes: readonly VolumeMode[] = ['shared', 'copy']
const modeTitles: Readonly<Record<VolumeMode, string>> = {
  shared: 'shared mode: a work volume claim, Jobs allowed (containerMode: kubernetes)',
  copy: 'copy mode: no volume, no Jobs in the role (containerMode: kubernetes-novolume)'
}

/** Runs the example in both modes and shows what it left behind. Returns 0 when everything is as it should be. */
export async function runDemo(surroundings: Surroundings): Promise<number> {
  let failures = 0
  for (const mode of modes) {
    console.log(`\n\u001b[1m===== ${modeTitles[mode]} =====\u001b[0m\n`)
    failures += await runInMode(mode, surroundings)
  }
  console.log(
    failures === 0 ? '\nThe demo went well in both modes.' : `\nThe demo found ${failures} thing(s) wrong, see above.`
  )
  return failures === 0 ? 0 : 1
}

async function runInMode(mode: VolumeMode, surroundings: Surroundings): Promise<number> {
  const namespace = `k8s-hooks-demo-${mode}`
  await tryKubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=true'])
  await tryKubectl(['delete', 'pv', namespace, '--ignore-not-found'])
  const env = { ACTIONS_RUNNER_CONTAINER_HOOKS_TIMINGS_FILE: timingsFile }
  const site = await createSite({ namespace, mode, surroundings, env })
  const actions = await remoteActions()
  try {
    await installHook(site)
    const run = await runWorkflow(site, {
      repository: example,
      workflow: '.github/workflows/demo.yml',
      actions,
      output: 'folded',
      onOutput: text => void process.stdout.write(text)
    })
    printTable(run)
    return (await report(site, run, surroundings)) + (run.exitCode === 0 ? 0 : 1)
  } finally {
    await rm(actions, { recursive: true })
    await site.dispose()
  }
}

/** The same action once more, as if it came from a repository of its own. */
async function remoteActions(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-demo-'))
  await mkdir(join(folder, 'octo'))
  await cp(join(example, 'my-action'), join(folder, 'octo/my-action'), { recursive: true })
  return folder
}

async function report(site: Site, run: WorkflowRun, surroundings: Surroundings): Promise<number> {
  const findings = await findLeftovers(site, run, surroundings)
  console.log('')
  for (const { ok, text } of findings) console.log(`${ok ? '✔' : '✘'} ${text}`)
  const { stdout } = await tryKubectl(['-n', site.namespace, 'get', 'all,secrets'])
  console.log(`\nkubectl -n ${site.namespace} get all,secrets\n${stdout}`)
  return findings.filter(({ ok }) => !ok).length
}
