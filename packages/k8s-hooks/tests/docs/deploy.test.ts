import { describe, expect, it } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'

import { parseSettings } from '../../src/config/parse-settings.ts'
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
