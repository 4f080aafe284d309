import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import { cleanupJob } from '../../src/hooks/cleanup-job.ts'
import type { HookContext } from '../../src/hooks/hook-context.ts'
import { prepareJob } from '../../src/hooks/prepare-job.ts'
import { runContainerStep } from '../../src/hooks/run-container-step.ts'
import { runScriptStep } from '../../src/hooks/run-script-step.ts'
import { jobContainer } from '../job-pod/job-container.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'
import { recordingApi } from './recording-api.ts'

const container = jobContainer()
const runnerPod = (claim: boolean): V1Pod => ({
  metadata: { name: 'runner-abc', uid: 'u1' },
  spec: {
    containers: [{ name: 'runner', image: 'runner:1', volumeMounts: [{ name: 'work', mountPath: '/tmp' }] }],
    volumes: claim ? [{ name: 'work', persistentVolumeClaim: { claimName: 'work' } }] : []
  }
})
const state = { version: 1, mode: 'shared' }

let call: HookCall
beforeEach(async () => {
  call = await hookCall()
})
afterEach(() => call.remove())

/** The requests of a hook call, what is random in names left out. */
async function requestsOf(
  existing: readonly V1Pod[],
  mode: 'shared' | 'copy',
  run: (context: HookContext) => Promise<unknown>
): Promise<readonly string[]> {
  const { cluster, requests } = recordingApi(existing, { withJobs: mode === 'shared' })
  await run({ ...call.context, cluster })
  return requests.map(request => request.replace(/step-[0-9a-f]{8}/, 'step'))
}

/** All that each hook asks of the API server when nothing goes wrong; no access review is among it. */
describe('requests to the API server', () => {
  it.each(['shared', 'copy'] as const)(
    'of prepare_job are eight in %s mode, when the pod is ready at once',
    async mode => {
      const { responseFile } = call
      const args = { container, services: [] }
      const input = { command: 'prepare_job', responseFile, state: null, args } as const
      expect(
        await requestsOf([runnerPod(mode === 'shared')], mode, context => prepareJob(input, context, neverAborted))
      ).toEqual([
        'GET pods/runner-abc',
        'GET jobs',
        'GET pods',
        'GET secrets',
        'POST secrets',
        'POST pods',
        'GET pods/runner-abc-workflow',
        'EXEC job'
      ])
    }
  )

  it('of run_script_step are one exec', async () => {
    const args = {
      entryPoint: 'sh',
      entryPointArgs: [],
      environmentVariables: {},
      prependPath: [],
      workingDirectory: '/'
    }
    const input = { command: 'run_script_step', responseFile: call.responseFile, state, args } as const
    expect(await requestsOf([], 'shared', context => runScriptStep(input, context, neverAborted))).toEqual(['EXEC job'])
  })

  it('of run_container_step are twelve', async () => {
    const input = { command: 'run_container_step', responseFile: call.responseFile, state, args: container } as const
    const existing = [runnerPod(true)]
    expect(await requestsOf(existing, 'shared', context => runContainerStep(input, context, neverAborted))).toEqual([
      'GET pods/runner-abc',
      'GET pods/runner-abc-workflow',
      'POST secrets',
      'POST jobs',
      'GET pods',
      'GET pods/runner-abc-step-x',
      'GET pods/runner-abc-step-x',
      'GET pods/runner-abc-step-x/log',
      'GET pods/runner-abc-step-x',
      'DELETE jobs/runner-abc-step',
      'DELETE secrets/runner-abc-step-env',
      'DELETE pods/runner-abc-step-x'
    ])
  })

  it.each(['shared', 'copy'] as const)('of cleanup_job are three and one for each object, in %s mode', async mode => {
    const labels = { 'runner-pod': 'runner-abc', 'k8s-hooks/role': 'job' }
    const existing = [{ metadata: { name: 'runner-abc-workflow', labels } }]
    expect(await requestsOf(existing, mode, context => cleanupJob(context, neverAborted))).toEqual([
      'GET jobs',
      'GET pods',
      'GET secrets',
      'DELETE pods/runner-abc-workflow'
    ])
  })
})
