import { describe, expect, it } from '@jest/globals'
import { styledTemplate } from '../../src/pod-template/styled-template.ts'
import { onLinux, podStyle } from './runner-pod-facts.ts'

const spec = {
  restartPolicy: 'Never',
  containers: [
    { name: 'main', image: 'a' },
    { name: 'transfer', image: 'b' }
  ]
}
const step = { role: 'step', name: 'runner-abc-step-1', styledContainer: 'main', style: '$step' } as const
const sidecars = { containers: [{ name: 'proxy', image: 'proxy:1' }] }

describe('styledTemplate', () => {
  it('is the spec with metadata of its own when there is no template', () => {
    expect(styledTemplate(podStyle(), step, spec)).toEqual({
      metadata: {
        name: 'runner-abc-step-1',
        labels: {
          'runner-pod': 'runner-abc',
          'k8s-hooks/role': 'step',
          'k8s-hooks/name': 'runner-abc-step-1',
          'k8s-hooks/repository': 'octo-demo',
          'k8s-hooks/run-id': '42'
        },
        annotations: {
          'k8s-hooks/repository': 'octo/demo',
          'k8s-hooks/run-id': '42',
          'karpenter.sh/do-not-disrupt': 'true',
          'kubectl.kubernetes.io/default-container': 'main'
        },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'runner-abc', uid: 'uid-1' }]
      },
      spec: { ...spec, affinity: onLinux }
    })
  })

  it('names the container that kubectl means only where there is one, and leaves the choice to the operator', () => {
    const key = 'kubectl.kubernetes.io/default-container'
    const servicesOnly = { containers: [{ name: 'redis', image: 'redis' }] }
    expect(styledTemplate(podStyle(), step, servicesOnly).metadata?.annotations).not.toHaveProperty([key])
    const style = podStyle({ annotations: { [key]: 'transfer' } })
    expect(styledTemplate(style, step, spec).metadata?.annotations).toMatchObject({ [key]: 'transfer' })
  })

  it('has Karpenter wait for its end, unless the operator says otherwise', () => {
    const key = 'karpenter.sh/do-not-disrupt'
    const style = podStyle({ annotations: { [key]: '1h' } })
    expect(styledTemplate(style, step, spec).metadata?.annotations).toMatchObject({ [key]: '1h' })
  })

  it('styles the one container and no other', () => {
    const style = podStyle({ styles: { $step: { tty: true }, $job: { stdin: true } } })
    expect(styledTemplate(style, step, spec).spec?.containers).toEqual([
      { name: 'main', image: 'a', tty: true },
      { name: 'transfer', image: 'b' }
    ])
  })

  it('takes labels and annotations from the template, but none by which pods are collected', () => {
    const style = podStyle({
      labels: { team: 'x', 'runner-pod': 'other' },
      annotations: { a: 'b', 'k8s-hooks/repository': 'other/one' }
    })
    expect(styledTemplate(style, step, spec).metadata).toMatchObject({
      labels: { team: 'x', 'runner-pod': 'runner-abc' },
      annotations: { a: 'b', 'k8s-hooks/repository': 'octo/demo' }
    })
  })

  it('puts sidecars into the job pod only: a step with one would never end', () => {
    const style = podStyle({ spec: { ...sidecars, nodeSelector: { pool: 'ci' } } })
    const job = { ...step, role: 'job', style: '$job' } as const
    expect(styledTemplate(style, job, spec).spec).toEqual({
      ...spec,
      affinity: onLinux,
      nodeSelector: { pool: 'ci' },
      containers: [...spec.containers, ...sidecars.containers]
    })
    expect(styledTemplate(style, step, spec).spec).toEqual({
      ...spec,
      affinity: onLinux,
      nodeSelector: { pool: 'ci' }
    })
  })

  it('gives the user of the template to jobs and steps, not to builders, which are root in their container', () => {
    const securityContext = { runAsUser: 1001, runAsGroup: 1001, runAsNonRoot: true, fsGroup: 1001 }
    const ours = { ...spec, securityContext: { runAsUser: 0 } }
    const style = podStyle({ spec: { securityContext } })
    const builder = { ...step, role: 'builder', style: '$builder' } as const
    expect(styledTemplate(style, step, ours).spec?.securityContext).toEqual(securityContext)
    expect(styledTemplate(style, builder, ours).spec?.securityContext).toEqual({ runAsUser: 0, fsGroup: 1001 })
  })

  it.each([
    { kind: 'sidecar', template: { containers: [{ name: 'main', image: 'x' }] } },
    { kind: 'init container', template: { containers: [], initContainers: [{ name: 'transfer', image: 'x' }] } }
  ])('refuses a $kind that would take the place of a container of ours', ({ template }) => {
    const job = { ...step, role: 'job' } as const
    expect(() => styledTemplate(podStyle({ spec: template }), job, spec)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_INVALID' })
    )
  })
})
