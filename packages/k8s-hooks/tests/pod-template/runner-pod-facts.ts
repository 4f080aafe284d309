import type { Identity } from '../../src/pod-template/identity.ts'
import { emptyTemplate, type HookTemplate } from '../../src/pod-template/hook-template.ts'
import type { RunnerPod } from '../../src/pod-template/runner-pod.ts'
import type { PodStyle } from '../../src/pod-template/styled-template.ts'

export const workFolder = '/home/runner/_work'

export const identity: Identity = {
  runnerPodName: 'runner-abc',
  runnerPodUid: 'uid-1',
  workflow: { repository: 'octo/demo', 'run-id': '42', job: undefined }
}

/** Copy mode, but for what the test says. */
export function runnerPodWith(facts: Partial<RunnerPod> = {}): RunnerPod {
  return { name: 'runner-abc', uid: 'uid-1', nodeName: 'node-1', image: 'runner:1', workClaim: undefined, ...facts }
}

/** Shared mode: the claim is mounted at the work folder. */
export const sharedRunnerPod = runnerPodWith({ workClaim: { name: 'claim', subPath: '', tiesToNode: true } })

export function podStyle(template: Partial<HookTemplate> = {}): PodStyle {
  return { identity, template: { ...emptyTemplate, ...template }, architecture: 'of no node' }
}

/** What pods of `podStyle()` have beside their own: its processor is unknown. */
export const onLinux = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }]
    }
  }
}
