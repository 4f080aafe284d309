import { describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import type { ExecResult } from '../../src/kubernetes/cluster.ts'
import { untilDone } from '../../src/kubernetes/until-done.ts'
import { releaseStage } from '../../src/step-pod/release-stage.ts'
import { unexpectedCluster } from '../kubernetes/unexpected-cluster.ts'

const { signal } = new AbortController()
const broken: ExecResult = { kind: 'broken', reason: 'cut' }
const done: ExecResult = { kind: 'exited', exitCode: 0 }
const stageIs = (state: object): V1Pod => ({
  status: {
    initContainerStatuses: [{ name: 'stage', image: '', imageID: '', ready: false, restartCount: 0, state }]
  }
})

async function release(results: readonly ExecResult[], pod?: V1Pod): Promise<number> {
  let execs = 0
  const cluster = unexpectedCluster({
    exec: ({ podName, container, command }) => {
      expect([podName, container, ...command]).toEqual(['p', 'stage', 'sh', '-c', untilDone(': > /__k8s_hooks/staged')])
      return Promise.resolve(results[execs++] ?? broken)
    },
    ...(pod === undefined ? {} : { pods: { get: () => Promise.resolve(pod) } })
  })
  await releaseStage('p', { cluster, sleep: () => Promise.resolve() }, signal)
  return execs
}

describe('releaseStage', () => {
  it('makes the marker in one exec when nothing breaks', async () => {
    expect(await release([done])).toBe(1)
  })

  it('is done when the container has ended, though its end cut the exec', async () => {
    expect(await release([broken], stageIs({ terminated: { exitCode: 0 } }))).toBe(1)
  })

  it('tries again when the exec broke and the container still waits', async () => {
    expect(await release([broken, { kind: 'exited', exitCode: 137 }, done], stageIs({ running: {} }))).toBe(3)
  })

  it('gives up with the last words: the action would never start', async () => {
    await expect(release([], stageIs({ running: {} }))).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: 'Container stage of pod p cannot be released: cut'
    })
  })
})
