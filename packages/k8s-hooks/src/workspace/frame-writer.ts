import type { Writable } from 'node:stream'
import { createBufferCollector } from './buffer-collector.ts'
import { frameHeaderBytes, preamble, writeFrameHeader, type FrameType } from './frame.ts'
import { SyncCut } from './sync-cut.ts'

/** Writes frames; small ones are gathered, because each write is a message of its own on an exec connection. */
export interface FrameWriter {
  readonly json: (type: FrameType, value: unknown) => void
  readonly raw: (type: FrameType, payload: Buffer) => void
  /** Sends `frame`, whose first `frameHeaderBytes` bytes are free for the header, without copying it. */
  readonly framed: (type: FrameType, frame: Buffer) => void
  /** Lets `fill` write a payload of `maxInPlaceBytes` at most straight into what is gathered; when it returns false, there is no frame. Returns the same. */
  readonly inPlace: (type: FrameType, payloadBytes: number, fill: (payload: Buffer) => boolean) => boolean
  /** Hands everything gathered to the stream and waits until the stream wants more. */
  readonly flush: () => Promise<void>
  /** Waits while the stream does not want more; gathered frames may stay. */
  readonly drained: () => Promise<void>
  readonly congested: () => boolean
}

const gatherBytes = 128 * 1024

export const maxInPlaceBytes = 64 * 1024

export function createFrameWriter(output: Writable): FrameWriter {
  let gathered = Buffer.allocUnsafe(gatherBytes)
  let used = preamble.copy(gathered)
  let congested = false
  const collectBuffers = createBufferCollector()
  const write = (bytes: Buffer): void => {
    congested = !output.write(bytes)
    collectBuffers(bytes.length)
  }
  const sendGathered = (): void => {
    if (used === 0) return
    write(gathered.subarray(0, used))
    gathered = Buffer.allocUnsafe(gatherBytes)
    used = 0
  }
  const inPlace: FrameWriter['inPlace'] = (type, payloadBytes, fill) => {
    if (used + frameHeaderBytes + payloadBytes > gatherBytes) sendGathered()
    const start = used + frameHeaderBytes
    if (!fill(gathered.subarray(start, start + payloadBytes))) return false
    writeFrameHeader(gathered.subarray(used, start), type, payloadBytes)
    used = start + payloadBytes
    return true
  }
  const raw = (type: FrameType, payload: Buffer): void => {
    const fill = (target: Buffer): boolean => payload.copy(target) === payload.length
    if (frameHeaderBytes + payload.length <= gatherBytes) inPlace(type, payload.length, fill)
    else framed(type, Buffer.concat([Buffer.alloc(frameHeaderBytes), payload]))
  }
  const framed = (type: FrameType, frame: Buffer): void => {
    if (frame.length <= gatherBytes / 8) {
      raw(type, frame.subarray(frameHeaderBytes))
      return
    }
    sendGathered()
    writeFrameHeader(frame, type, frame.length - frameHeaderBytes)
    write(frame)
  }
  const drained = async (): Promise<void> => {
    while (congested) {
      if (!output.destroyed) await drainOrClose(output)
      if (output.destroyed) throw new SyncCut('The stream was closed')
      congested = output.writableNeedDrain
    }
  }

  return {
    raw,
    inPlace,
    json: (type, value) => raw(type, Buffer.from(JSON.stringify(value), 'utf8')),
    framed,
    flush: async () => {
      sendGathered()
      await drained()
    },
    drained,
    congested: () => congested
  }
}

/** By plain listeners: for a file of a gigabyte this happens ten thousand times. */
async function drainOrClose(output: Writable): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      output.off('drain', done).off('close', done)
      resolve()
    }
    output.on('drain', done).on('close', done)
  })
}
