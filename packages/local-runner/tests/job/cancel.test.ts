import { describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import { runWorkflow } from '../run-workflow.ts'

const waitingHook = join(import.meta.dirname, '..', 'fixtures', 'hooks', 'waiting-hook.js')

const job = (steps: string, head = 'container: alpine'): string =>
  `on: push\njobs:\n  build:\n    runs-on: x\n    ${head}\n    steps:\n${steps}`

describe('cancelling a job', () => {
  it('interrupts the hook, skips what follows, runs always() steps and the cleanup', async () => {
    const run = await runWorkflow({
      hook: waitingHook,
      workflow: job('      - run: waits\n      - run: not\n      - run: does not wait\n        if: always()'),
      onLine: (line, cancel) => {
        if (line === 'waiting') cancel.cancel()
      }
    })
    expect(run.steps.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['Set up job', 'success'],
      ['Initialize containers', 'success'],
      ['Run waits', 'failure'],
      ['Run not', 'skipped'],
      ['Run does not wait', 'success'],
      ['Stop containers', 'success'],
      ['Complete job', 'success']
    ])
    expect(run.log).toContain('got SIGINT')
    expect(run.log.filter(line => line.startsWith('##[error]'))).toEqual([
      '##[error]Executing the custom container implementation failed. Please contact your self hosted runner administrator.'
    ])
    expect(run.job.result).toBe('cancelled')
    expect(run.hooks[1]).toMatchObject({ command: 'run_script_step', exitCode: null })
  })

  it('does not read the response of an interrupted hook', async () => {
    const run = await runWorkflow({
      hook: waitingHook,
      workflow: job('      - run: waits'),
      onLine: (line, cancel) => {
        if (line === 'waiting') cancel.cancel()
      }
    })
    expect(run.inputs.at(-1)).toMatchObject({ command: 'cleanup_job', state: { from: 'prepare_job' } })
  })

  it('lets a step go on whose condition still holds', async () => {
    const run = await runWorkflow({
      workflow: job('      - run: echo first; sleep 0.2; echo second\n        if: always()', 'env: {}'),
      onLine: (line, cancel) => {
        if (line === 'first') cancel.cancel()
      }
    })
    expect(run.log).toContain('second')
    expect(run.steps[1]).toMatchObject({ conclusion: 'success' })
    expect(run.job.result).toBe('cancelled')
  })

  it('marks a script on the runner itself as cancelled', async () => {
    const run = await runWorkflow({
      workflow: job('      - run: echo first; exec sleep 300', 'env: {}'),
      onLine: (line, cancel) => {
        if (line === 'first') cancel.cancel()
      }
    })
    expect(run.steps[1]).toMatchObject({ conclusion: 'cancelled' })
    expect(run.log).toContain('##[error]The operation was canceled.')
  })

  it('ends the whole run when it comes twice', async () => {
    const run = runWorkflow({
      workflow: job('      - run: trap "" INT TERM; echo first; while true; do sleep 1; done', 'env: {}'),
      onLine: (line, cancel) => {
        if (line !== 'first') return
        cancel.press()
        cancel.press()
      }
    })
    await expect(run).rejects.toThrow('The runner was ended.')
  })
})

describe('timeout-minutes', () => {
  it('of a step in a container shows as the failure of the hook', async () => {
    const run = await runWorkflow({
      hook: waitingHook,
      minuteMs: 1000,
      workflow: job('      - run: waits\n        timeout-minutes: 1\n      - run: does not wait\n        if: failure()')
    })
    expect(run.steps.slice(2, 4).map(({ conclusion }) => conclusion)).toEqual(['failure', 'success'])
    expect(run.log.join('\n')).not.toContain('##[error]The action')
    expect(run.job.result).toBe('failure')
  })

  it('of a step on the runner itself is named', async () => {
    const run = await runWorkflow({
      minuteMs: 300,
      workflow: job('      - run: exec sleep 300\n        timeout-minutes: 1.9', 'env: {}')
    })
    expect(run.log).toContain("##[error]The action 'Run exec sleep 300' has timed out after 1 minutes.")
  })

  it('of the job cancels it', async () => {
    const run = await runWorkflow({
      minuteMs: 300,
      workflow: job('      - run: exec sleep 300', 'timeout-minutes: 1')
    })
    expect(run.log).toContain('##[error]The job has exceeded the maximum execution time of 1 minutes')
    expect(run.job.result).toBe('cancelled')
  })
})
