import { describe, expect, it } from '@jest/globals'
import { keepToFittingNodes } from '../../src/pod-template/keep-to-fitting-nodes.ts'
import { styledTemplate } from '../../src/pod-template/styled-template.ts'
import { podStyle } from './runner-pod-facts.ts'

const spec = { containers: [{ name: 'main', image: 'a' }] }
const oneOf = (key: string, value: string): object => ({ key, operator: 'In', values: [value] })
const processor = oneOf('kubernetes.io/arch', 'amd64')
const linux = oneOf('kubernetes.io/os', 'linux')
const requiring = (...nodeSelectorTerms: object[]): object => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
})

describe('keepToFittingNodes', () => {
  it("keeps a pod to nodes with the runner's processor, and to Linux", () => {
    expect(keepToFittingNodes(spec, 'x64')).toEqual({
      ...spec,
      affinity: requiring({ matchExpressions: [processor, linux] })
    })
    const arm = oneOf('kubernetes.io/arch', 'arm64')
    expect(keepToFittingNodes(spec, 'arm64').affinity).toEqual(requiring({ matchExpressions: [arm, linux] }))
  })

  it("narrows each of an operator's terms, and leaves the rest of his affinity", () => {
    const pool = { key: 'pool', operator: 'In', values: ['ci'] }
    const other = { key: 'pool', operator: 'DoesNotExist' }
    const podAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] }
    const preferred = [{ weight: 1, preference: { matchExpressions: [pool] } }]
    const affinity = {
      podAffinity,
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [pool] }, { matchExpressions: [other] }]
        }
      }
    }
    expect(keepToFittingNodes({ ...spec, affinity }, 'x64').affinity).toEqual({
      podAffinity,
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [pool, processor, linux] },
            { matchExpressions: [other, processor, linux] }
          ]
        }
      }
    })
  })

  it.each([
    { what: 'the node of a claim', chosen: { affinity: requiring({ matchFields: [{ key: 'metadata.name' }] }) } },
    { what: 'a host', chosen: { nodeSelector: { 'kubernetes.io/hostname': 'n' } } },
    { what: 'a node by name', chosen: { nodeName: 'n' } },
    { what: 'labels', chosen: { nodeSelector: { 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux' } } }
  ])('leaves the choice to $what', ({ chosen }) => {
    expect(keepToFittingNodes({ ...spec, ...chosen }, 'x64')).toEqual({ ...spec, ...chosen })
  })

  it('leaves to an operator what he names, and no more', () => {
    const byProcessor = { ...spec, nodeSelector: { 'kubernetes.io/arch': 'arm64' } }
    expect(keepToFittingNodes(byProcessor, 'x64').affinity).toEqual(requiring({ matchExpressions: [linux] }))
    const bySystem = { ...spec, affinity: requiring({ matchExpressions: [linux] }) }
    expect(keepToFittingNodes(bySystem, 'x64').affinity).toEqual(requiring({ matchExpressions: [linux, processor] }))
  })

  it('demands no processor where it does not know that of the runner', () => {
    expect(keepToFittingNodes(spec, 'loong64').affinity).toEqual(requiring({ matchExpressions: [linux] }))
  })

  it('comes after the hook template', () => {
    const step = { role: 'step', name: 'step-1', styledContainer: 'main', style: '$step' } as const
    const style = podStyle({ spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } } })
    const affinityOf = (architecture: string): unknown =>
      styledTemplate({ ...style, architecture }, step, spec).spec?.affinity
    expect(affinityOf('x64')).toEqual(requiring({ matchExpressions: [processor] }))
    expect(affinityOf('loong64')).toBeUndefined()
  })
})
