import { describe, expect, it } from '@jest/globals'

import { settingDefinitions } from '../../src/config/schema.ts'
import { documents, listRepositoryFiles, readRepositoryFile } from './read-repository.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS'

/** Read by the runner or set by ARC, not by the hook. */
const foreign = [
  prefix,
  'ACTIONS_RUNNER_ACTION_ARCHIVE_CACHE',
  'ACTIONS_RUNNER_FORCED_INTERNAL_NODE_VERSION',
  'ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER',
  'ACTIONS_RUNNER_USE_KUBE_SCHEDULER',
  'ACTIONS_STEP_DEBUG'
]
const known = [...foreign, ...Object.values(settingDefinitions).map(({ name }) => name)]

describe('variables in documents and manifests', () => {
  // ADR texts may name settings that others have proposed.
  const files = [
    ...documents().filter(path => !path.startsWith('docs/adrs/')),
    ...listRepositoryFiles('deploy', '.yaml')
  ]

  it.each(files)('%s names only variables that exist', path => {
    const text = readRepositoryFile(path)
    const whole = [...text.matchAll(/\bACTIONS_(?:RUNNER|STEP)_[A-Z_]+[A-Z]\b/g)].map(match => match[0])
    const shortened = [...text.matchAll(/`…_([A-Z_]+[A-Z])\b/g)].map(match => `${prefix}_${match[1] ?? ''}`)
    expect([...whole, ...shortened].filter(name => !known.includes(name))).toEqual([])
  })
})
