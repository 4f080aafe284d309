import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Frame } from '../../src/workspace/frame.ts'
import { createFrameReader } from '../../src/workspace/frame-reader.ts'
import { createFrameWriter, type FrameWriter } from '../../src/workspace/frame-writer.ts'
import { sendFile } from '../../src/workspace/send-file.ts'
import { createTally } from '../../src/workspace/totals.ts'

describe('sendFile', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'send-file-'))
    writeFileSync(join(root, 'log'), 'x'.repeat(300_000))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  /** Sends the file while `disturb` is called after each piece that was read, and returns what came out. */
  const send = async (disturb: (piece: number) => void) => {
    const stream = new PassThrough({ highWaterMark: 10_000_000 })
    const writer = createFrameWriter(stream)
    let pieces = 0
    const disturbed: FrameWriter = {
      ...writer,
      framed: (type, frame) => {
        writer.framed(type, frame)
        disturb(++pieces)
      }
    }
    const warnings: string[] = []
    const baseline = new Map<string, string>()
    const tally = createTally()
    const sender = {
      root,
      writer: disturbed,
      baseline,
      warn: (line: string) => void warnings.push(line),
      onPath: () => undefined
    }
    await sendFile('log', sender, tally)
    writer.json('end', null)
    await writer.flush()
    stream.end()
    const frames: Frame[] = []
    const reader = createFrameReader(stream)
    for (let frame = await reader.next(); frame.type !== 'end'; frame = await reader.next()) frames.push(frame)
    const kinds = frames.map(({ type }) => type).filter(type => type !== 'data')
    return { kinds, warnings, baseline, totals: tally.totals() }
  }

  it('sends a file in one go that nobody touches', async () => {
    const { kinds, warnings, baseline, totals } = await send(() => undefined)

    expect(kinds).toEqual(['entry', 'fileEnd'])
    expect(warnings).toEqual([])
    expect(totals).toEqual({ files: 1, bytes: 300_000, deleted: 0 })
    expect(baseline.get('log')).toMatch(/^f644 300000 [\d.]+ [1-9][\d.]+ \d+$/)
  })

  it.each([
    { what: 'grows', change: (file: string): void => appendFileSync(file, 'more') },
    { what: 'is cut off', change: (file: string): void => truncateSync(file, 10) }
  ])('reads a file again that $what meanwhile', async ({ change }) => {
    const { kinds, warnings, totals } = await send(piece => {
      if (piece === 1) change(join(root, 'log'))
    })

    expect(kinds).toEqual(['entry', 'discard', 'entry', 'fileEnd'])
    expect(warnings).toEqual([])
    expect(totals.files).toBe(1)
  })

  it('sends what it read of a file that never rests, warns, and counts it as changed the next time', async () => {
    const { kinds, warnings, baseline } = await send(() => appendFileSync(join(root, 'log'), 'more'))

    expect(kinds).toEqual(['entry', 'discard', 'entry', 'fileEnd'])
    expect(warnings).toEqual(['log changed while it was copied; the copy may be incomplete.'])
    expect(baseline.get('log')).toMatch(/^f644 \d+ [\d.]+ 0 \d+$/)
  })

  it('drops a file that vanishes while it is read', async () => {
    const { kinds, warnings, totals } = await send(piece => {
      if (piece === 1) rmSync(join(root, 'log'))
    })

    expect(kinds).toEqual(['entry', 'discard'])
    expect(warnings).toEqual([])
    expect(totals).toEqual({ files: 0, bytes: 0, deleted: 0 })
  })

  it('sends nothing for a file that is gone', async () => {
    rmSync(join(root, 'log'))

    expect((await send(() => undefined)).kinds).toEqual([])
  })
})
