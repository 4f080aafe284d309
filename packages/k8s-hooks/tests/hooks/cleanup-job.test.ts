import { afterEach, describe, expect, it } from '@jest/globals'
import { cleanupJob } from '../../src/hooks/cleanup-job.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'

let call: HookCall
afterEach(() => call.remove())

const none = { list: () => Promise.resolve([]) }

describe('cleanup_job', () => {
  it('succeeds where nothing is left, without state', async () => {
    call = await hookCall({ jobs: none, pods: none, secrets: none })
    await cleanupJob(call.context, neverAborted)
    expect(call.lines).toEqual(['debug: Deleted 0 objects of runner pod runner-abc.'])
  })

  it('fails when the cluster does not answer', async () => {
    call = await hookCall({ jobs: none, pods: { list: () => Promise.reject(new Error('no answer')) }, secrets: none })
    await expect(cleanupJob(call.context, neverAborted)).rejects.toThrow('no answer')
  })
})
