import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTimings } from '../../src/support/timings.ts'
import { recordingLogger } from './recording-logger.ts'

describe('timings', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timings-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('appends one line of JSON for each stage, also for one that failed', async () => {
    const file = join(folder, 'timings.jsonl')
    const clock = [10, 15, 20, 50]
    const timings = createTimings(file, {
      command: 'prepare_job',
      logger: recordingLogger(),
      now: () => clock.shift() ?? 0
    })
    expect(await timings.measure('pack', () => Promise.resolve('packed'))).toBe('packed')
    await expect(timings.measure('build', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    timings.record({ stage: 'stream', durationMs: 7, bytes: 99 })
    await timings.flush()
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const common = { command: 'prepare_job', process: process.pid }
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      { ...common, stage: 'pack', durationMs: 5 },
      { ...common, stage: 'build', durationMs: 30 },
      { ...common, stage: 'stream', durationMs: 7, bytes: 99 }
    ])
  })

  it('writes nothing without a file or without a stage', async () => {
    const logger = recordingLogger()
    const unwritable = join(folder, 'missing', 'file')
    const idle = createTimings(unwritable, { command: 'cleanup_job', logger })
    await idle.flush()
    const fileless = createTimings(undefined, { command: 'cleanup_job', logger })
    fileless.record({ stage: 'total', durationMs: 1 })
    await fileless.flush()
    expect(logger.lines).toEqual([])
  })

  it('costs a debug line and not the step when the file cannot be written', async () => {
    const logger = recordingLogger()
    const timings = createTimings(join(folder, 'missing', 'file'), { command: 'cleanup_job', logger })
    timings.record({ stage: 'total', durationMs: 1 })
    await timings.flush()
    expect(logger.lines).toEqual([expect.stringMatching(/^debug: The timings file .* cannot be written: .*ENOENT/)])
  })
})
