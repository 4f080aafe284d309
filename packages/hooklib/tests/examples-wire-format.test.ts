import { describe, expect, it } from '@jest/globals'

import type { JsonValue } from '../src/index.ts'
import { listExamples, readExample } from './read-example.ts'

/** Members in the order in which the runner declares and so writes them (contract 1.1, 1.2, 1.5). */
const orders: readonly (readonly string[])[] = [
  ['command', 'responseFile', 'args', 'state'],
  ['container', 'services'],
  [
    'image',
    'dockerfile',
    'entryPointArgs',
    'entryPoint',
    'workingDirectory',
    'createOptions',
    'registry',
    'environmentVariables',
    'portMappings',
    'systemMountVolumes',
    'userMountVolumes'
  ],
  ['userProvidedValue', 'sourceVolumePath', 'targetVolumePath', 'readOnly'],
  ['username', 'password', 'serverUrl'],
  ['entryPointArgs', 'entryPoint', 'environmentVariables', 'prependPath', 'workingDirectory']
]
const dictionaries = ['environmentVariables', 'state']

describe('examples/hook-input', () => {
  it.each(listExamples())('%s has every member of the wire format in its order, nulls included', name => {
    const input = JSON.parse(readExample(name)) as JsonValue
    for (const members of listMembers(input)) expect(orders).toContainEqual(members)
  })
})

/** The member names of every object of fixed shape below `value`. */
function listMembers(value: JsonValue): string[][] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => listMembers(item))
  if (typeof value !== 'object' || value === null) return []
  const below = Object.entries(value).filter(([name]) => !dictionaries.includes(name))
  const names = Object.keys(value)
  return [...(names.length === 0 ? [] : [names]), ...below.flatMap(([, item]) => listMembers(item))]
}
