import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readSecrets } from '../../src/cli/read-secrets.ts'
import { workerEnvironment } from '../../src/cli/environment.ts'

describe('readSecrets', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'secrets-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const fileWith = (content: string): string => {
    const file = join(directory, 'secrets.json')
    writeFileSync(file, content)
    return file
  }

  it('reads names and values', () => {
    expect(readSecrets(fileWith('{"A":"b"}'))).toEqual({ A: 'b' })
  })

  it.each([
    { content: '[]', says: 'must hold a JSON object' },
    { content: '{"A":1}', says: 'the value of A must be text.' }
  ])('refuses $content', ({ content, says }) => {
    expect(() => readSecrets(fileWith(content))).toThrow(says)
  })

  it('has none without a file', () => {
    expect(readSecrets(undefined)).toEqual({})
  })
})

describe('workerEnvironment', () => {
  it("is the runner's own, without its inputs", () => {
    const env = { A: 'b', ACTIONS_RUNNER_INPUT_JITCONFIG: 'secret', NONE: undefined }
    expect(workerEnvironment(env, { hookPath: '/h.js', trackingId: 'github_1' })).toEqual({
      A: 'b',
      ACTIONS_RUNNER_CONTAINER_HOOKS: '/h.js',
      RUNNER_TRACKING_ID: 'github_1'
    })
  })
})
