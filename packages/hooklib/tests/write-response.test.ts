import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { HookError, writeResponse } from '../src/index.ts'

describe('writeResponse', () => {
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'write-response-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true })
  })

  it('replaces what is in the file', async () => {
    const path = join(directory, 'response.json')
    await writeFile(path, '{"state":{"injected":"by a step, and longer than the answer"}}')
    await writeResponse(path, { state: { jobPod: 'p' }, isAlpine: false, context: { services: [{ ports: {} }] } })
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      state: { jobPod: 'p' },
      isAlpine: false,
      context: { services: [{ ports: {} }] }
    })
  })

  it('writes an empty object for an empty response', async () => {
    const path = join(directory, 'response.json')
    await writeResponse(path, {})
    expect(await readFile(path, 'utf8')).toBe('{}')
  })

  it('leaves a file that only its owner can read, and nothing beside it', async () => {
    const path = join(directory, 'response.json')
    await writeResponse(path, {})
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['response.json'])
  })

  it('replaces a symbolic link instead of writing through it', async () => {
    const path = join(directory, 'response.json')
    const victim = join(directory, 'victim')
    await writeFile(victim, 'untouched')
    await symlink(victim, path)
    await writeResponse(path, { state: {} })
    expect(await readFile(victim, 'utf8')).toBe('untouched')
    expect(await readFile(path, 'utf8')).toBe('{"state":{}}')
  })

  it('names the file that cannot be written and leaves nothing behind', async () => {
    const path = join(directory, 'missing', 'response.json')
    const failure = writeResponse(path, {})
    await expect(failure).rejects.toBeInstanceOf(HookError)
    await expect(failure).rejects.toMatchObject({
      code: 'RESPONSE_NOT_WRITTEN',
      message: `The response file ${path} could not be written.`,
      cause: { code: 'ENOENT' }
    })
    expect(await readdir(directory)).toEqual([])
  })

  it('leaves no temporary file when the last step fails', async () => {
    await expect(writeResponse(directory, {})).rejects.toMatchObject({ code: 'RESPONSE_NOT_WRITTEN' })
    const names = await readdir(join(directory, '..'))
    expect(names.filter(name => name.startsWith(`${directory.split('/').at(-1) ?? ''}.`))).toEqual([])
  })
})
