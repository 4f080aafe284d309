import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startApiServerProxy, type ApiServerProxy } from '../src/harness/api-server-proxy.ts'
import { startWorkflow, type StartedWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf, stepOf } from '../src/harness/step-log.ts'
import type { Cut } from '../src/harness/tcp-proxy.ts'
import { openTestSite, volumeModes, workflowFolder } from '../src/harness/test-site.ts'

const ways: readonly Cut[] = ['reset', 'close']
const linesOf = (what: string): readonly string[] =>
  Array.from({ length: 300 }, (_, index) => `${what} line ${index + 1}`)

describe.each(volumeModes.flatMap(mode => ways.map(how => ({ mode, how }))))(
  'connections to the API server that break by $how, $mode mode',
  ({ mode, how }) => {
    let proxy: ApiServerProxy
    let site: Site
    let run: WorkflowRun
    const cuts: { at: string; connections: number }[] = []

    const cutAt = async (started: StartedWorkflow, text: string): Promise<void> => {
      await started.saw(`\n${text}\n`)
      cuts.push({ at: text, connections: proxy.cutAll(how) })
    }
    /** Cuts in the middle of what the hook moves between two lines of the log. */
    const cutBetween = async (
      started: StartedWorkflow,
      side: 'client' | 'server',
      ...texts: [string, string]
    ): Promise<void> => {
      await started.saw(texts[0])
      const before = proxy.cuts()
      proxy.cutAfter(side, 10_000_000, how)
      await started.saw(texts[1])
      cuts.push({ at: texts[0], connections: proxy.cuts() - before })
    }

    beforeAll(async () => {
      proxy = await startApiServerProxy()
      site = await openTestSite('broken', mode, { env: proxy.env })
      // Five in a row, so that the first request of the job is refused as often.
      proxy.refuseNext(5)
      const started = await startWorkflow(site, {
        repository: workflowFolder('broken-connection'),
        workflow: '.github/workflows/broken-connection.yml'
      })
      for (const text of ['script line 20', 'script line 150', 'silence begins']) await cutAt(started, text)
      if (mode === 'copy') {
        await cutBetween(started, 'server', '\nthe file is written\n', '▶ the same file in a container')
        await cutBetween(started, 'client', '▶ the same file in a container', '▶ talkative container')
      }
      for (const what of ['container', 'build']) {
        for (const line of [20, 150]) await cutAt(started, `${what} line ${line}`)
      }
      run = await started.finished
    })

    afterAll(async () => {
      await (site as Site | undefined)?.dispose()
      await (proxy as ApiServerProxy | undefined)?.stop()
    })

    it('each cut ended connections that were in use', () => {
      expect(cuts).toHaveLength(mode === 'copy' ? 9 : 7)
      expect(cuts.filter(({ connections }) => connections === 0)).toEqual([])
    })

    it('the job succeeds, although five connections in a row are refused at its start', () => {
      expect({ result: run.report.result, log: run.log }).toMatchObject({ result: 'success' })
    })

    it.each([
      { step: 'talkative', exitCode: 42 },
      { step: 'silent', exitCode: 7 },
      { step: 'container', exitCode: 9 }
    ])('the exit code of $step is its own', ({ step, exitCode }) => {
      expect(stepOf(run, step)).toMatchObject({ exitCode, outcome: 'failure' })
    })

    it.each([
      { step: 'talkative', what: 'script' },
      { step: 'container', what: 'container' },
      { step: 'build', what: 'build' }
    ])('no line of the $what is lost, and none is shown twice', ({ step, what }) => {
      expect(outputOf(run, step).filter(line => line.startsWith(`${what} line `))).toEqual(linesOf(what))
    })

    it('the script was started once', () => {
      expect(outputOf(run, 'how often it was started')).toEqual(['a start'])
    })

    it('a file of 40 MB comes back whole and goes whole into the next pod', () => {
      const [inJob] = outputOf(run, 'a big file')
      const [inContainer] = outputOf(run, 'the same file in a container')
      expect(inJob).toMatch(/^[0-9a-f]{64} /)
      expect(inContainer).toBe(inJob)
    })

    it('the image is built and run', () => {
      expect(outputOf(run, 'build')).toContain('built and run')
    })
  }
)
