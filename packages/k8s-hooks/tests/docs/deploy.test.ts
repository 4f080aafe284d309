import { describe, expect, it } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'

import { parseSettings } from '../../src/config/parse-settings.ts'
import { metadataOf } from '../../src/pod-template/identity.ts'
import { podStyle } from '../pod-template/runner-pod-facts.ts'
import { readRepositoryFile } from './read-repository.ts'

interface Rule {
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

interface Values {
  readonly containerMode: { readonly type: string }
  readonly template: { readonly spec: { readonly containers: readonly [{ readonly env: readonly EnvVar[] }] } }
}

interface EnvVar {
  readonly name: string
  readonly value: string
}

describe('deploy/rbac.yaml', () => {
  const roles = parseAllDocuments(readRepositoryFile('deploy/rbac.yaml')).map(
    document => document.toJS() as { readonly metadata: { readonly name: string }; readonly rules: readonly Rule[] }
  )
  const common = {
    pods: ['get', 'list', 'create', 'delete'],
    'pods/exec': ['get', 'create'],
    'pods/log': ['get', 'list', 'watch'],
    secrets: ['get', 'list', 'create', 'delete']
  }

  it.each([
    { name: 'k8s-hooks', verbs: { ...common, jobs: ['get', 'list', 'create', 'delete'] } },
    { name: 'k8s-hooks-novolume', verbs: common }
  ])('grants in $name what ARC grants, no more and no less', ({ name, verbs }) => {
    const rules = roles.find(role => role.metadata.name === name)?.rules ?? []
    const granted = rules.flatMap(rule => rule.resources.map(resource => [resource, rule.verbs]))
    expect(Object.fromEntries(granted)).toEqual(verbs)
  })
})

describe('deploy/arc', () => {
  it.each(['kubernetes', 'kubernetes-novolume'])('configures the hook and the registry in mode %s', mode => {
    const values = parse(readRepositoryFile(`deploy/arc/values-${mode}.yaml`)) as Values
    const variables = values.template.spec.containers[0].env.map(({ name, value }) => [name, value])
    const env = { ...Object.fromEntries(variables), ACTIONS_RUNNER_POD_NAME: 'runner' } as Record<string, string>
    expect(values.containerMode.type).toBe(mode)
    expect(env['ACTIONS_RUNNER_CONTAINER_HOOKS']).toMatch(/^\/\S+\.js$/)
    expect(parseSettings(env).registry).toMatchObject({
      pushHost: 'registry.k8s-hooks.svc.cluster.local:5000',
      pullHost: 'localhost:30500',
      insecure: true
    })
  })
})

describe('deploy/network-policy.yaml', () => {
  const policies = parseAllDocuments(readRepositoryFile('deploy/network-policy.yaml')).map(
    document => document.toJS() as NetworkPolicy
  )
  const [builder, registry] = policies
  const peersTo = (port: number): readonly Peer[] =>
    builder?.spec.egress?.filter(rule => rule.ports.some(open => open.port === port)).flatMap(rule => rule.to) ?? []
  const registryPod = { namespace: 'k8s-hooks', labels: { app: 'registry' } }

  it('selects the pods of builders by the label that the hook gives them, and lets nothing in', () => {
    const labels = metadataOf(podStyle().identity, 'builder', 'x').labels
    expect(labels).toMatchObject(builder?.spec.podSelector.matchLabels ?? { none: '' })
    expect(builder?.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] })
  })

  it('lets builders push to the registry of deploy/registry.yaml, and that registry be pushed to', () => {
    const documents = parseAllDocuments(readRepositoryFile('deploy/registry.yaml')).map(
      document => document.toJS() as { kind: string; metadata: { namespace: string }; spec: { selector: object } }
    )
    const service = documents.find(({ kind }) => kind === 'Service')
    expect({ namespace: service?.metadata.namespace, labels: service?.spec.selector }).toEqual(registryPod)
    expect(peersTo(5000)).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': registryPod.namespace } },
        podSelector: { matchLabels: registryPod.labels }
      }
    ])
    expect(registry).toMatchObject({
      metadata: { namespace: registryPod.namespace },
      spec: { podSelector: { matchLabels: registryPod.labels }, policyTypes: ['Ingress'] }
    })
    expect(registry?.spec.ingress?.flatMap(({ from }) => from)).toContainEqual(
      expect.objectContaining({ podSelector: builder?.spec.podSelector })
    )
  })

  it('keeps builders from the metadata service of a cloud and from private networks', () => {
    const blocks = [80, 443].flatMap(port => peersTo(port).map(({ ipBlock }) => ipBlock))
    expect(blocks).toHaveLength(2)
    for (const block of blocks)
      expect(block?.except).toEqual(
        expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'])
      )
    const all = builder?.spec.egress?.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? [])) ?? []
    expect(all).toEqual(['169.254.20.10/32', '0.0.0.0/0'])
  })
})

interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly namespaceSelector?: object
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

interface NetworkPolicy {
  readonly metadata: { readonly namespace: string }
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly policyTypes: readonly string[]
    readonly ingress?: readonly { readonly from: readonly Peer[] }[]
    readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: readonly { readonly port: number }[] }[]
  }
}
