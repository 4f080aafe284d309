import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBaseline, writeBaseline } from '../../src/workspace/baseline.ts'

describe('a baseline', () => {
  let directory: string
  const file = (): string => join(directory, 'deep/er/job.baseline')
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baseline-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('comes back as it was written, names of any bytes included, over many pieces', () => {
    const entries = new Map(Array.from({ length: 5000 }, (_, i) => [`dir\n${i}/\xff ü`, `f644 ${i} 1.5 2.5 ${i}`]))

    writeBaseline(file(), { id: 'one', entries })

    expect(readBaseline(file())).toEqual({ id: 'one', entries })
    expect(readdirSync(join(directory, 'deep/er'))).toEqual(['job.baseline'])
  })

  it('is absent when there is no file', () => {
    expect(readBaseline(file())).toBeUndefined()
  })

  it.each([0, 10, 21, 24, 27, 30, 60, -1])('is absent when the file ends after %i bytes', length => {
    writeBaseline(file(), {
      id: 'one',
      entries: new Map([
        ['a', 'f1'],
        ['b', 'f2'],
        ['c', 'a longer signature of a file']
      ])
    })
    writeFileSync(file(), readFileSync(file()).subarray(0, length))

    expect(readBaseline(file())).toBeUndefined()
  })
})
