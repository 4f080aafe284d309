import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { cutOff } from '../src/harness/cut-off.ts'
import { kubectl } from '../src/harness/kubectl.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { startWorkflow } from '../src/harness/run-workflow.ts'
import { runnerPodName, type Site } from '../src/harness/site.ts'
import { stagingBegins } from '../src/harness/step-pod.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const repository = workflowFolder('prepare-and-cleanup')
const workflow = '.github/workflows/prepare-and-cleanup.yml'

const moments = volumeModes.flatMap(mode => ['container', 'build'].map(what => ({ mode, what, how: 'by itself' })))
const stage = { mode: 'copy' as const, what: 'stage' }

describe.each([
  ...moments,
  { ...stage, how: 'by itself' },
  // Of its connections no end is ever told.
  { ...stage, how: 'together with its network' }
])('a runner that dies $how during a $what, $mode mode', ({ mode, what, how }) => {
  let site: Site

  beforeAll(async () => {
    site = await openTestSite('interrupted', mode)
  })

  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('leaves nothing: Kubernetes collects all of it with the runner pod', async () => {
    const started = await startWorkflow(site, { repository, workflow, job: `interrupted-${what}` })
    const lost = expect(started.finished).rejects.toThrow()
    await started.saw(`\nthe ${what} runs\n`)
    if (what === 'stage') await stagingBegins(site)
    expect(await leftoversOf(site)).toContain('Pod/runner-workflow')
    expect(await notOfTheRunner(site)).toEqual([])
    expect(await workflowOf(site)).toEqual({ repository: `octo/interrupted-${what}`, job: `interrupted-${what}` })
    if (how !== 'by itself') await cutOff(site.namespace, runnerPodName)
    // Its processes get SIGKILL: neither the hook nor the runner can tidy up.
    await kubectl(['-n', site.namespace, 'delete', 'pod', runnerPodName, '--grace-period=0', '--force'])
    await kubectl(['-n', site.namespace, 'wait', '--for=delete', 'pods,jobs,secrets', '--all', '--timeout=120s'])
    expect(await leftoversOf(site)).toEqual([])
    await lost
  })
})

/** Which workflow the job pod says that it is for. */
async function workflowOf({ namespace }: Site): Promise<unknown> {
  const pod = JSON.parse(
    await kubectl(['-n', namespace, 'get', 'pod', 'runner-workflow', '-o', 'json'])
  ) as PodWithNotes
  const { annotations = {} } = pod.metadata
  return { repository: annotations['k8s-hooks/repository'], job: annotations['k8s-hooks/job'] }
}

interface PodWithNotes {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}

/** What neither ARC's collector (its label, on pods and Secrets) nor Kubernetes' own (the owner) would find. */
async function notOfTheRunner({ namespace }: Site): Promise<readonly string[]> {
  const list = await kubectl(['-n', namespace, 'get', 'pods,jobs,secrets', '-o', 'json'])
  const found = (JSON.parse(list) as { readonly items: readonly Labelled[] }).items
  return found
    .filter(({ metadata }) => metadata.name !== runnerPodName)
    .filter(
      ({ metadata }) => metadata.labels?.['runner-pod'] !== runnerPodName || metadata.ownerReferences === undefined
    )
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
}

interface Labelled {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly object[]
  }
}
