import { describe, expect, it } from '@jest/globals'
import type { V1PodSpec } from '@kubernetes/client-node'
import { builderPodLike } from '../../src/bench/probe/builder-pod.ts'

const handle = '0b0e2a9c-6f0e-4a63-9d5c-0d2f6c0a7b11'
const spec: V1PodSpec = {
  nodeName: 'node1',
  initContainers: [{ name: 'receive', image: 'runner', command: ['sh', '-c', 'wait; sleep 0.3'] }],
  containers: [
    {
      name: 'build',
      image: 'builder',
      command: ['build', `registry:5000/k8s-hooks/${handle}:${handle}`, `--label=k8s-hooks.build=${handle}`]
    }
  ]
}

describe('a builder pod like the one of the hook', () => {
  const pod = builderPodLike(spec)
  const own = pod.tag.slice(pod.tag.indexOf(':') + 1)

  it('pushes an image of its own, so that the registry has none of its layers', () => {
    expect(own).not.toBe(handle)
    expect(pod.tag).toBe(`k8s-hooks/${own}:${own}`)
    expect(pod.spec.containers).toEqual([
      {
        name: 'build',
        image: 'builder',
        command: ['build', `registry:5000/k8s-hooks/${own}:${own}`, `--label=k8s-hooks.build=${own}`]
      }
    ])
  })

  it('is placed by the scheduler', () => {
    expect(pod.spec).not.toHaveProperty('nodeName')
  })

  it('does not wait after the context is there', () => {
    const [receive] = pod.spec.initContainers ?? []
    expect(receive?.command?.join(' ')).toContain('/context/done')
    expect(receive?.command?.join(' ')).not.toContain('sleep 0.3')
  })

  it('is refused when it does not say which build it is for', () => {
    expect(() => builderPodLike({ containers: [] })).toThrow(/k8s-hooks\.build/)
  })
})
