import { describe, expect, it } from '@jest/globals'
import type { JsonObject, JsonValue } from '@k8s-hooks/hooklib'
import { parseJobState, toStateJson, type JobState } from '../../src/hooks/job-state.ts'

describe("the job's state", () => {
  it.each<JobState>([
    { mode: 'shared', tools: undefined },
    { mode: 'copy', tools: undefined },
    { mode: 'copy', tools: { kind: 'tar' } },
    { mode: 'copy', tools: { kind: 'agent', command: ['/__e/node20/bin/node', 'index.js'], mountedVersions: [] } },
    { mode: 'copy', tools: { kind: 'agent', command: ['/__e/node20/bin/node'], mountedVersions: ['node20'] } }
  ])('comes back as it was: %j', state => {
    expect(parseJobState(toStateJson(state))).toEqual(state)
  })

  it.each<[string, JsonObject | null]>([
    ['is missing', null],
    ['is empty', {}],
    ['is of another version', { version: 2, mode: 'copy' }],
    ['has an unknown mode', { version: 1, mode: 'none' }]
  ])('that %s means that there is no job pod', (_what, json) => {
    expect(() => parseJobState(json)).toThrow(expect.objectContaining({ code: 'JOB_NOT_PREPARED' }))
  })

  it.each<[string, JsonValue]>([
    ['are text', 'tar'],
    ['are null', null],
    ['are a list', []],
    ['are of an unknown kind', { kind: 'magic', command: ['x'] }],
    ['have no command', { kind: 'agent' }],
    ['have an empty command', { kind: 'agent', command: [] }],
    ['have a command that is not text', { kind: 'agent', command: ['sh', { toString: 'x' }] }]
  ])('is without tools when these %s: they are brought anew', (_what, tools) => {
    expect(parseJobState({ version: 1, mode: 'copy', tools })).toEqual({
      mode: 'copy',
      tools: undefined
    })
  })
})
