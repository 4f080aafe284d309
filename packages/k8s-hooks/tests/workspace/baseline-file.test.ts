import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBaselineFile } from '../../src/workspace/baseline-file.ts'
import { emptyBaseline, readBaseline, writeBaseline } from '../../src/workspace/baseline.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baseline-file-'))
  file = join(folder, 'state/job.baseline')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('createBaselineFile', () => {
  it('has nothing where there is no file', () => {
    expect(createBaselineFile().take(file)).toBeUndefined()
  })

  it('gives what it has written without reading it', () => {
    const baselines = createBaselineFile()
    const baseline = emptyBaseline()
    baselines.write(file, baseline)
    expect(readBaseline(file)).toEqual(baseline)
    expect(baselines.take(file)).toBe(baseline)
  })

  it('gives what was kept without reading it', () => {
    const baselines = createBaselineFile()
    writeBaseline(file, emptyBaseline())
    const taken = baselines.take(file)
    if (taken === undefined) throw new Error('Nothing was read.')
    baselines.keep(file, taken)
    expect(baselines.take(file)).toBe(taken)
  })

  it('reads the file again when what was taken did not come back', () => {
    const baselines = createBaselineFile()
    baselines.write(file, emptyBaseline('a'))
    baselines.take(file)?.entries.set('half', 'done')
    expect(baselines.take(file)).toEqual(emptyBaseline('a'))
  })

  it('reads the file again when another process has replaced it', () => {
    const baselines = createBaselineFile()
    baselines.write(file, emptyBaseline('a'))
    writeBaseline(file, emptyBaseline('b'))
    expect(baselines.take(file)?.id).toBe('b')
  })

  it('does not take one file for another', () => {
    const baselines = createBaselineFile()
    baselines.write(file, emptyBaseline('a'))
    expect(baselines.take(join(folder, 'state/externals.baseline'))).toBeUndefined()
  })
})
