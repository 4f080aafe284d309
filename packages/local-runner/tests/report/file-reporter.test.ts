import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFileReporter } from '../../src/report/file-reporter.ts'

describe('createFileReporter', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'report-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('writes the job, its steps and its hooks', () => {
    const file = join(directory, 'report.json')
    const reporter = createFileReporter(file, undefined)
    const hook = { command: 'prepare_job', exitCode: 0, durationMs: 5, step: 'Initialize containers' }
    reporter.hook(hook)
    reporter.write({ result: 'success', name: 'build', outputs: { a: 'b' }, container: {}, services: {} }, 10)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      result: 'success',
      steps: [],
      job: { name: 'build', outputs: { a: 'b' }, container: {}, services: {}, durationMs: 10 },
      hooks: [hook]
    })
  })

  it('reports a run that was ended before the job was as cancelled', () => {
    const file = join(directory, 'report.json')
    createFileReporter(file, undefined).write(undefined, 10)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ result: 'cancelled', job: { durationMs: 10 } })
  })

  it('starts the log of hook inputs anew and adds a line for each', () => {
    const file = join(directory, 'hooks.jsonl')
    for (const line of ['{"a":1}', '{"b":2}']) {
      const reporter = createFileReporter(undefined, file)
      reporter.hookInput(line)
      reporter.hookInput(line)
    }
    expect(readFileSync(file, 'utf8')).toBe('{"b":2}\n{"b":2}\n')
  })
})
