import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { logOf, outputOf } from '../src/harness/step-log.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const templateVariable = 'ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE'
const templates = '/home/runner/run/repository/templates'
const peakMemoryMiB = 100

const runJob = async (
  site: Site,
  job: string,
  template?: string,
  env: Readonly<Record<string, string>> = {}
): Promise<WorkflowRun> =>
  await runWorkflow(site, {
    repository: workflowFolder('copy'),
    workflow: '.github/workflows/copy.yml',
    job,
    env: { ...env, ...(template === undefined ? {} : { [templateVariable]: `${templates}/${template}` }) }
  })

/** What hashFiles() says of one file. */
const hashOf = (content: string): string =>
  createHash('sha256').update(createHash('sha256').update(content).digest()).digest('hex')

describe.each(volumeModes)('job images that have few programs, %s mode', mode => {
  let site: Site
  beforeAll(async () => {
    site = await openTestSite('copy', mode)
  })
  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('an image without tar, stat and find runs steps, and everybody sees what they write and delete', async () => {
    const run = await runJob(site, 'few-tools', 'few-tools.yml')

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(outputOf(run, 'seen by the runner')).toEqual([`hash=${hashOf('written\n')} other=`])
    expect(outputOf(run, 'seen by a container step')).toEqual(['file'])
  })

  it('a Node that is mounted in its place below /__e is used as it is, and none is brought', async () => {
    const run = await runJob(site, 'mounted-node', 'mounted-node.yml')

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(run.log).not.toContain('::warning')
    expect(outputOf(run, 'the action')).toContain('by /__e/node20/bin/node')
    const own = mode === 'copy' ? ['.k8s-hooks'] : []
    expect(outputOf(run, 'what is there')).toEqual(['by the action', ...own, 'node20', 'read-only'])
  })

  it('an image in which Node does not run is kept in step too', async () => {
    const run = await runJob(site, 'old-image')

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(outputOf(run, 'seen by the runner')).toContainEqual(`hash=${hashOf('written\n')} other= output=by the image`)
    expect(outputOf(run, 'changes in a container step')).toEqual(['written', 'written', '775'])
    expect(outputOf(run, 'seen by the image')).toEqual(
      expect.arrayContaining(['changed', 'changed', 'file', 'new', 'tree', 'link'])
    )
    expect(outputOf(run, 'seen by the image')).not.toContain('empty')
  })
})

describe('copies that are long or cannot succeed', () => {
  let site: Site
  beforeAll(async () => {
    site = await openTestSite('copy-limits', 'copy')
  })
  afterAll(async () => {
    await (site as Site | undefined)?.dispose()
  })

  it('a job image with too few programs is refused, and the programs are named', async () => {
    const run = await runJob(site, 'runner-file', 'too-few-tools.yml')

    expect(run.log).toContain(
      'WORKSPACE_TOOL_MISSING: The image of container job in pod runner-workflow has no tar, rmdir.'
    )
    expect(outputOf(run, 'says that it began')).not.toContain('it began')
  })

  it('with SYNC=off the runner sees nothing of the workspace, and a container step all of it', async () => {
    const run = await runJob(site, 'few-tools', 'few-tools.yml', { ACTIONS_RUNNER_CONTAINER_HOOKS_SYNC: 'off' })

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(outputOf(run, 'seen by the runner')).toEqual(['hash= other='])
    expect(outputOf(run, 'seen by a container step')).toEqual(['file'])
  })

  it('a full disk of the pod fails the step with pod, path and what to look at', async () => {
    await site.exec([
      'sh',
      '-c',
      'mkdir -p "$0" && head -c 8388608 /dev/urandom > "$0/too-big"',
      '/home/runner/_work/_tool'
    ])
    const run = await runJob(site, 'runner-file', 'small-disk.yml')
    await site.exec(['rm', '/home/runner/_work/_tool/too-big'])

    const log = logOf(run, 'says that it began').join('\n')
    expect(log).toMatch(
      /WORKSPACE_SYNC_FAILED: The work directory could not be copied into pod runner-workflow at _tool\/too-big: in the pod: ENOSPC/
    )
    expect(log).toContain("A disk is full: look at the size limit of the pod's volumes")
    expect(outputOf(run, 'says that it began')).not.toContain('it began')
  })

  it('a file of the runner that nobody may read is left out with a warning', async () => {
    await site.exec(['sh', '-c', 'echo secret > "$0" && chmod 0 "$0"', '/home/runner/_work/_tool/unreadable'])
    const run = await runJob(site, 'runner-file')
    await site.exec(['rm', '/home/runner/_work/_tool/unreadable'])

    const log = logOf(run, 'says that it began').join('\n')
    expect(log).toContain('_tool/unreadable cannot be read and was not copied.')
    expect(outputOf(run, 'says that it began')).toContain('it began')
  })

  it('20,000 files reach runner and container steps, and the memory of the hook stays below 100 MiB', async () => {
    const run = await runJob(site, 'many-files')
    const hash = createHash('sha256')
    const names = Array.from({ length: 200 }, (_, folder) => String(folder)).sort()
    for (const folder of names) {
      const files = Array.from({ length: 100 }, (_, index) => String(Number(folder) * 100 + index)).sort()
      for (const file of files) hash.update(`file ${file}\n`.repeat(80))
    }

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(outputOf(run, 'counts')).toEqual(['20000', `${hash.digest('hex')}  -`])
    expect(outputOf(run, 'is gone')).toEqual([])
    const peaks = run.stages.flatMap(stage => stage.peakMemoryMiB ?? [])
    expect(peaks).toHaveLength(run.report.hooks.length)
    expect(Math.max(...peaks)).toBeLessThan(peakMemoryMiB)
  })

  it('a sparse file of more than 2 GiB arrives whole, and its holes stay holes', async () => {
    const run = await runJob(site, 'big-file')

    expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    expect(outputOf(run, 'reads its end')).toEqual([String(2 ** 31 + 8), 'the end', 'sparse'])
  })
})
