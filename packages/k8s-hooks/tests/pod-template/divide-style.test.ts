import { describe, expect, it } from '@jest/globals'
import { styledTemplate } from '../../src/pod-template/styled-template.ts'
import { onLinux, podStyle } from './runner-pod-facts.ts'

const builder = { role: 'builder', name: 'runner-abc-build-1', styledContainer: 'build', style: '$builder' } as const
const other = { ...builder, role: 'step', styledContainer: 'main', style: '$step' } as const
const limits = { limits: { memory: '4Gi' } }
const ofPod = {
  nodeSelector: { pool: 'builds' },
  tolerations: [{ key: 'builds', operator: 'Exists' }],
  runtimeClassName: 'gvisor',
  serviceAccountName: 'builder',
  automountServiceAccountToken: true
}
// A `$…` section has the fields of a pod beside those of a container.
const section = { resources: limits, ...ofPod }
const style = podStyle({
  spec: { nodeSelector: { os: 'linux' }, tolerations: [{ key: 'ci' }] },
  styles: { $builder: section }
})

describe('a section of the hook template', () => {
  it('styles the pod of its container, over what the template says for all pods', () => {
    const spec = { automountServiceAccountToken: false, containers: [{ name: 'build', image: 'kaniko:1' }] }
    expect(styledTemplate(style, builder, spec).spec).toEqual({
      ...ofPod,
      affinity: onLinux,
      nodeSelector: { os: 'linux', pool: 'builds' },
      tolerations: [{ key: 'ci' }, { key: 'builds', operator: 'Exists' }],
      containers: [{ name: 'build', image: 'kaniko:1', resources: limits }]
    })
  })

  it('styles no other pod', () => {
    const spec = { containers: [{ name: 'main', image: 'a' }] }
    expect(styledTemplate(style, other, spec).spec).toEqual({ ...spec, ...style.template.spec, affinity: onLinux })
  })

  it('finds its container also among the init containers, and leaves those beside it alone', () => {
    const spec = {
      initContainers: [
        { name: 'receive', image: 'runner:1' },
        { name: 'build', image: 'kaniko:1' }
      ],
      containers: [{ name: 'push', image: 'kaniko:1' }]
    }
    expect(styledTemplate(style, builder, spec).spec).toMatchObject({
      initContainers: [
        { name: 'receive', image: 'runner:1' },
        { name: 'build', image: 'kaniko:1', resources: limits }
      ],
      containers: [{ name: 'push', image: 'kaniko:1' }]
    })
  })
})
