import { describe, expect, it } from '@jest/globals'
import { PassThrough, Readable } from 'node:stream'
import { frameHeaderBytes, preamble, type Frame } from '../../src/workspace/frame.ts'
import { createFrameReader } from '../../src/workspace/frame-reader.ts'
import { createFrameWriter, type FrameWriter } from '../../src/workspace/frame-writer.ts'

/** What a writer puts into its stream. */
async function written(speak: (writer: FrameWriter) => void): Promise<Buffer[]> {
  const stream = new PassThrough({ highWaterMark: 10_000_000 })
  const writes: Buffer[] = []
  stream.on('data', (chunk: Buffer) => writes.push(chunk))
  const writer = createFrameWriter(stream)
  speak(writer)
  await writer.flush()
  stream.end()
  await new Promise(resolve => stream.once('end', resolve))
  return writes
}

async function framesOf(bytes: Buffer, pieceLength: number): Promise<readonly Frame[]> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceLength) }, (_, i) =>
    bytes.subarray(i * pieceLength, (i + 1) * pieceLength)
  )
  const reader = createFrameReader(Readable.from(pieces))
  const frames: Frame[] = []
  for (let frame = await reader.next(); frame.type !== 'end'; frame = await reader.next()) frames.push(frame)
  return frames
}

const big = Buffer.alloc(100_000, 7)
const speak = (writer: FrameWriter): void => {
  writer.json('remove', 'a/ü\xff')
  writer.framed('data', Buffer.concat([Buffer.alloc(frameHeaderBytes), big]))
  writer.framed('data', Buffer.concat([Buffer.alloc(frameHeaderBytes), Buffer.from('small')]))
  writer.raw('fileEnd', Buffer.alloc(0))
  writer.json('end', null)
}

describe('frames', () => {
  it.each([1, 3, 5, 16, 64, 1000, 99_999, 1_000_000])(
    'come out as they went in, in pieces of %i bytes',
    async pieceLength => {
      const frames = await framesOf(Buffer.concat(await written(speak)), pieceLength)

      expect(frames.map(({ type, payload }) => [type, payload.length])).toEqual([
        ['remove', 8],
        ['data', 100_000],
        ['data', 5],
        ['fileEnd', 0]
      ])
      expect(JSON.parse(frames[0]?.payload.toString() ?? '')).toBe('a/ü\xff')
      expect(frames[1]?.payload.equals(big)).toBe(true)
    }
  )

  it('are gathered into few writes', async () => {
    const writes = await written(writer => {
      for (let i = 0; i < 1000; i++) writer.json('remove', `path/${i}`)
    })

    expect(writes.length).toBe(1)
  })

  it.each([
    { what: 'an unknown type', bytes: Buffer.from([0, 0, 0, 0, 200]), message: 'The stream is garbled' },
    { what: 'a payload that is too long', bytes: Buffer.from([255, 0, 0, 0, 1]), message: 'The stream is garbled' },
    { what: 'an end in a header', bytes: Buffer.from([0, 0]), message: 'The stream ended too early' },
    { what: 'an end in a payload', bytes: Buffer.from([0, 0, 0, 9, 1, 65]), message: 'The stream ended too early' }
  ])('with $what are refused', async ({ bytes, message }) => {
    const reader = createFrameReader(Readable.from([preamble, bytes]))

    await expect(reader.next()).rejects.toThrow(message)
  })

  it('of another version are refused with what was said', async () => {
    const reader = createFrameReader(Readable.from([Buffer.from('k8s-hooks-sync\x02 and more')]))

    await expect(reader.next()).rejects.toThrow(
      'does not speak the sync protocol: it said "k8s-hooks-sync\\u0002 and more"'
    )
  })

  it('cannot be written to a stream that was closed', async () => {
    const stream = new PassThrough({ highWaterMark: 1 })
    const writer = createFrameWriter(stream)
    const flushing = (async () => {
      writer.json('remove', 'a')
      await writer.flush()
    })()
    stream.destroy()

    await expect(flushing).rejects.toThrow('The stream was closed')
  })
})
