import type { Readable } from 'node:stream'
import { frameHeaderBytes, frameTypes, maxPayloadBytes, preamble, type Frame } from './frame.ts'
import { SyncCut } from './sync-cut.ts'

export interface FrameReader {
  /** The next frame. Throws SyncCut at the end of the stream, when nothing came for `stallTimeoutMs`, and on what is not a frame. */
  readonly next: () => Promise<Frame>
}

export interface FrameReaderOptions {
  /** Longest silence that is accepted. Absent: any. */
  readonly stallTimeoutMs?: number
}

export function createFrameReader(input: Readable, { stallTimeoutMs }: FrameReaderOptions = {}): FrameReader {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let buffered: Buffer = Buffer.alloc(0)
  let greeted = false

  const take = async (byteCount: number): Promise<Buffer> => {
    if (buffered.length < byteCount) {
      const parts: Buffer[] = [buffered]
      for (let missing = byteCount - buffered.length; missing > 0;) {
        const chunk = await nextChunk(chunks, stallTimeoutMs)
        if (chunk === undefined) throw new SyncCut(cutMessage(greeted, Buffer.concat(parts)))
        parts.push(chunk)
        missing -= chunk.length
      }
      buffered = Buffer.concat(parts)
    }
    const taken = buffered.subarray(0, byteCount)
    buffered = buffered.subarray(byteCount)
    return taken
  }
  const greet = async (): Promise<void> => {
    const start = await take(preamble.length)
    if (!start.equals(preamble)) {
      const words = quoted(Buffer.concat([start, buffered]))
      throw new SyncCut(`The other end does not speak the sync protocol: it said ${words}`)
    }
    greeted = true
  }

  return {
    next: async () => {
      if (!greeted) await greet()
      const header = await take(frameHeaderBytes)
      const payloadBytes = header.readUInt32BE(0)
      const type = frameTypes[header.readUInt8(4)]
      if (type === undefined || payloadBytes > maxPayloadBytes) throw new SyncCut('The stream is garbled')
      return { type, payload: await take(payloadBytes) }
    }
  }
}

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
