import type { V1ContainerState } from '@kubernetes/client-node'
import { describe, expect, it } from '@jest/globals'
import { showContainerLogs } from '../../src/job-pod/show-container-logs.ts'
import type { ReadLogTail } from '../../src/kubernetes/cluster.ts'
import { unexpectedCluster } from '../kubernetes/unexpected-cluster.ts'
import { recordingLogger } from '../support/recording-logger.ts'

const { signal } = new AbortController()

interface Container {
  readonly name: string
  readonly state: V1ContainerState
  readonly ready?: boolean
}

async function shown(containers: readonly Container[], readLogTail?: ReadLogTail): Promise<readonly string[]> {
  const logger = recordingLogger()
  const containerStatuses = containers.map(({ name, state, ready = false }) => ({
    ...{ name, state, ready },
    ...{ image: '', imageID: '', restartCount: 0 }
  }))
  const cluster = unexpectedCluster({
    pods: { get: () => Promise.resolve({ status: { containerStatuses } }) },
    ...(readLogTail === undefined ? {} : { readLogTail })
  })
  await showContainerLogs({ podName: 'p', cluster, logger }, signal)
  return logger.lines
}

describe('showContainerLogs', () => {
  it('shows what containers said that run without being ready, or have failed', async () => {
    const containers = [
      { name: 'job', state: { running: {} }, ready: true },
      { name: 'sick', state: { running: {} } },
      { name: 'failed', state: { terminated: { exitCode: 1 } } },
      { name: 'done', state: { terminated: { exitCode: 0 } } },
      { name: 'waiting', state: { waiting: { reason: 'ImagePullBackOff' } } }
    ]
    const lines = await shown(containers, ({ container }) => Promise.resolve(`first of ${container}\nlast\n`))
    expect(lines).toEqual([
      ...['group: Log of container sick', 'info: first of sick', 'info: last', 'endgroup'],
      ...['group: Log of container failed', 'info: first of failed', 'info: last', 'endgroup']
    ])
  })

  it('shows no line that is a command to the runner', async () => {
    const lines = await shown([{ name: 'sick', state: { running: {} } }], () => Promise.resolve('::set-output::x\n'))
    expect(lines).toContain('info: :\\:set-output::x')
  })

  it('is silent about a log that cannot be read', async () => {
    const lines = await shown([{ name: 'sick', state: { running: {} } }], () => Promise.reject(new Error('no log')))
    expect(lines).toEqual(['debug: The logs of pod p cannot be shown: no log'])
  })
})
