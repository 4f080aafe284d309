import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { Frame } from '../../src/workspace/frame.ts'
import { createFrameReader } from '../../src/workspace/frame-reader.ts'
import { createFrameWriter, type FrameWriter } from '../../src/workspace/frame-writer.ts'
import { sendSmallFile, smallFileOf } from '../../src/workspace/small-file.ts'
import { createTally } from '../../src/workspace/totals.ts'

/** Longer than the kernel's clock needs for another time stamp. */
const settledMs = 30

describe('sendSmallFile', () => {
  let root: string
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'small-file-'))
    writeFileSync(join(root, 'file'), 'content')
    await setTimeout(settledMs)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  /** Sends a path while `disturb` is called before its frame is filled. */
  const send = async (path: string, disturb: () => void = () => undefined) => {
    const stream = new PassThrough()
    const writer = createFrameWriter(stream)
    const disturbed: FrameWriter = {
      ...writer,
      inPlace: (type, payloadBytes, fill) => {
        disturb()
        return writer.inPlace(type, payloadBytes, fill)
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
    const isDone = sendSmallFile(path, sender, tally)
    writer.json('end', null)
    await writer.flush()
    stream.end()
    const frames: Frame[] = []
    const reader = createFrameReader(stream)
    for (let frame = await reader.next(); frame.type !== 'end'; frame = await reader.next()) frames.push(frame)
    return { isDone, frames, warnings, baseline, totals: tally.totals() }
  }

  it.each([
    { what: 'content', path: 'plain', content: 'content' },
    { what: 'no content', path: 'empty', content: '' },
    { what: 'a name of any bytes', path: 'odd-\xff\n"', content: 'x' }
  ])('sends a file with $what in one frame', async ({ path, content }) => {
    writeFileSync(Buffer.from(`${root}/${path}`, 'latin1'), content, { mode: 0o640 })
    await setTimeout(settledMs)

    const { isDone, frames, baseline, totals } = await send(path)

    expect(isDone).toBe(true)
    expect(frames.map(({ type }) => type)).toEqual(['file'])
    const received = frames.map(smallFileOf).map(({ entry, content: bytes }) => ({ ...entry, bytes: String(bytes) }))
    expect(received).toEqual([
      expect.objectContaining({ path, kind: 'file', mode: 0o640, size: content.length, bytes: content })
    ])
    expect(baseline.get(path)).toMatch(/^f640 \d+ [\d.]+ [1-9][\d.]+ \d+$/)
    expect(totals).toEqual({ files: 1, bytes: content.length, deleted: 0 })
  })

  it.each([
    { what: 'grows', change: (file: string): void => appendFileSync(file, 'more') },
    { what: 'gets shorter', change: (file: string): void => writeFileSync(file, 'c') },
    { what: 'gets another time', change: (file: string): void => utimesSync(file, 1, 1) }
  ])('leaves a file to sendFile that $what while it is read', async ({ change }) => {
    const { isDone, frames, baseline, totals } = await send('file', () => change(join(root, 'file')))

    expect({ isDone, frames, paths: [...baseline.keys()] }).toEqual({ isDone: false, frames: [], paths: [] })
    expect(totals.files).toBe(0)
  })

  it('leaves a file to sendFile that could be written again without a new time stamp', async () => {
    // The kernel may take its time between two ticks of its clock, the test may not: it looks again until it was quick enough.
    for (;;) {
      writeFileSync(join(root, 'file'), 'new')
      const { isDone } = await send('file')
      if (Date.now() - statSync(join(root, 'file')).ctimeMs < settledMs / 3) {
        expect(isDone).toBe(false)
        return
      }
    }
  })

  it('leaves a long file to sendFile', async () => {
    writeFileSync(join(root, 'long'), Buffer.alloc(32 * 1024 + 1))
    await setTimeout(settledMs)

    expect(await send('long')).toMatchObject({ isDone: false, frames: [] })
  })

  it.each([
    { what: 'gone', path: 'gone' },
    { what: 'a folder by now', path: 'folder' }
  ])('leaves out what is $what', async ({ path }) => {
    mkdirSync(join(root, 'folder'))

    expect(await send(path)).toMatchObject({ isDone: true, frames: [], totals: { files: 0 } })
  })

  it('passes on what stands before a frame that was given up', async () => {
    const stream = new PassThrough()
    const writer = createFrameWriter(stream)
    writer.json('commit', 'before')
    expect(writer.inPlace('file', 100, () => false)).toBe(false)
    writer.json('end', 'after')
    await writer.flush()

    const reader = createFrameReader(stream)
    expect([await reader.next(), reader.arrived(), reader.arrived()].map(frame => frame?.payload.toString())).toEqual([
      '"before"',
      '"after"',
      undefined
    ])
  })
})
