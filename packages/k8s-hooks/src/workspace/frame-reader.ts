import type { Readable } from 'node:stream'
import { createBufferCollector } from './buffer-collector.ts'
import { frameHeaderBytes, frameTypes, maxPayloadBytes, preamble, type Frame, type FrameType } from './frame.ts'
import { SyncCut } from './sync-cut.ts'

export interface FrameReader {
  /** The next frame. Throws SyncCut at the end of the stream, when nothing came for `stallTimeoutMs`, and on what is not a frame. */
  readonly next: () => Promise<Frame>
  /** The same, but undefined when the stream ends where a frame would begin. */
  readonly nextUnlessOver: () => Promise<Frame | undefined>
  /** The next frame if it has arrived whole: what comes in small pieces must not wait for a promise each. Throws SyncCut on what is not a frame. */
  readonly arrived: () => Frame | undefined
}

export interface FrameReaderOptions {
  /** Longest silence that is accepted. Absent: any. */
  readonly stallTimeoutMs?: number
}

export function createFrameReader(input: Readable, { stallTimeoutMs }: FrameReaderOptions = {}): FrameReader {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let buffered: Buffer = Buffer.alloc(0)
  let greeted = false
  const collectBuffers = createBufferCollector()

  const fill = async (byteCount: number): Promise<void> => {
    const parts: Buffer[] = [buffered]
    for (let missing = byteCount - buffered.length; missing > 0;) {
      const chunk = await nextChunk(chunks, stallTimeoutMs)
      if (chunk === undefined) throw new SyncCut(cutMessage(greeted, Buffer.concat(parts)))
      parts.push(chunk)
      collectBuffers(chunk.length)
      missing -= chunk.length
    }
    buffered = Buffer.concat(parts)
  }
  const greet = async (): Promise<void> => {
    if (buffered.length < preamble.length) await fill(preamble.length)
    const start = buffered.subarray(0, preamble.length)
    if (!start.equals(preamble)) {
      throw new SyncCut(`The other end does not speak the sync protocol: it said ${quoted(buffered)}`)
    }
    buffered = buffered.subarray(preamble.length)
    greeted = true
  }
  const arrived = (): Frame | undefined => {
    if (!greeted || buffered.length < frameHeaderBytes) return undefined
    const end = frameHeaderBytes + payloadBytesOf(buffered)
    if (buffered.length < end) return undefined
    const frame = { type: typeOf(buffered), payload: buffered.subarray(frameHeaderBytes, end) }
    buffered = buffered.subarray(end)
    return frame
  }

  const next = async (): Promise<Frame> => {
    if (!greeted) await greet()
    for (;;) {
      const frame = arrived()
      if (frame !== undefined) return frame
      const isHeaderThere = buffered.length >= frameHeaderBytes
      await fill(frameHeaderBytes + (isHeaderThere ? payloadBytesOf(buffered) : 0))
    }
  }

  return {
    arrived,
    next,
    nextUnlessOver: async () => {
      if (buffered.length === 0) {
        const chunk = await nextChunk(chunks, stallTimeoutMs)
        if (chunk === undefined) return undefined
        buffered = chunk
      }
      return await next()
    }
  }
}

function payloadBytesOf(header: Buffer): number {
  const payloadBytes = header.readUInt32BE(0)
  if (payloadBytes > maxPayloadBytes) throw garbled()
  typeOf(header)
  return payloadBytes
}

function typeOf(header: Buffer): FrameType {
  const type = frameTypes[header.readUInt8(4)]
  if (type === undefined) throw garbled()
  return type
}

const garbled = (): SyncCut => new SyncCut('The stream is garbled')

async function nextChunk(
  chunks: AsyncIterator<Buffer>,
  stallTimeoutMs: number | undefined
): Promise<Buffer | undefined> {
  const reading = chunks.next().then(result => (result.done === true ? undefined : result.value))
  if (stallTimeoutMs === undefined) return await reading
  let timer: NodeJS.Timeout | undefined
  const stall = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SyncCut(`Nothing was heard for ${stallTimeoutMs / 1000} s`)), stallTimeoutMs)
  })
  try {
    return await Promise.race([reading, stall])
  } finally {
    clearTimeout(timer)
  }
}

const cutMessage = (greeted: boolean, rest: Buffer): string =>
  greeted || rest.length === 0 ? 'The stream ended too early' : `The stream ended after ${quoted(rest)}`

const quoted = (bytes: Buffer): string => JSON.stringify(bytes.subarray(0, 200).toString('utf8'))
