import { describe, expect, it } from '@jest/globals'
import { endOf, exitCodeOf } from '../../src/step-pod/step-exit-code.ts'

const statusOf = (exitCode: number): object => ({ name: 'main', state: { terminated: { exitCode } } })
const podOf = (status: object): Parameters<typeof endOf>[0] => ({ status })

describe('endOf', () => {
  it.each([
    { fact: 'nothing without a status', status: {}, end: undefined },
    {
      fact: 'nothing while it runs',
      status: { containerStatuses: [{ name: 'main', state: { running: {} } }] },
      end: undefined
    },
    { fact: 'its end', status: { phase: 'Failed', containerStatuses: [statusOf(3)] }, end: { exitCode: 3 } },
    {
      fact: 'nothing when the pod was evicted: the pod’s own reason is told then',
      status: { phase: 'Failed', reason: 'Evicted', containerStatuses: [statusOf(137)] },
      end: undefined
    }
  ])('is $fact', ({ status, end }) => {
    expect(endOf(podOf(status), 'main')).toEqual(end)
  })
})

describe('exitCodeOf', () => {
  it.each([{ exitCode: 0, reason: 'Completed' }, { exitCode: 3, reason: 'Error' }, { exitCode: 137 }])(
    'is the container’s own: $exitCode $reason',
    terminated => {
      expect(exitCodeOf('p', terminated)).toBe(terminated.exitCode)
    }
  )

  it.each([
    { terminated: { exitCode: 137, reason: 'OOMKilled' }, error: { code: 'STEP_OUT_OF_MEMORY', exitCode: 137 } },
    { terminated: { exitCode: 2, reason: 'OOMKilled' }, error: { code: 'STEP_OUT_OF_MEMORY', exitCode: 2 } },
    { terminated: { exitCode: 0, reason: 'OOMKilled' }, error: { code: 'STEP_OUT_OF_MEMORY', exitCode: 137 } },
    {
      terminated: { exitCode: 128, reason: 'StartError', message: 'no such file: /run \n' },
      error: {
        code: 'POD_FAILED',
        exitCode: 128,
        message: 'The container of pod p ended: StartError: no such file: /run'
      }
    },
    { terminated: { exitCode: 0, reason: 'ContainerStatusUnknown' }, error: { code: 'POD_FAILED', exitCode: 1 } }
  ])('throws for an end that is not the program’s own: $terminated', ({ terminated, error }) => {
    expect(() => exitCodeOf('p', terminated)).toThrow(expect.objectContaining(error))
  })
})
