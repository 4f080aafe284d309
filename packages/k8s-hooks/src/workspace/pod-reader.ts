import type { AgentFailure } from './agent-hello.ts'
import type { Frame, FrameType } from './frame.ts'
import type { FrameReader } from './frame-reader.ts'
import { parseJson, unexpected } from './receive-changes.ts'
import { SyncCut } from './sync-cut.ts'

/** The agent's frames without those that may come at any time: heartbeats are dropped, warnings handed on, a failure is thrown. */
export function createPodReader(reader: FrameReader, warn: (line: string) => void): FrameReader {
  const isForCaller = (frame: Frame): boolean => {
    if (frame.type === 'failure') throw failureOf(frame)
    if (frame.type === 'warning') warn(String(parseJson(frame)))
    return frame.type !== 'warning' && frame.type !== 'heartbeat'
  }
  return {
    arrived: () => {
      for (;;) {
        const frame = reader.arrived()
        if (frame === undefined || isForCaller(frame)) return frame
      }
    },
    next: async () => {
      for (;;) {
        const frame = await reader.next()
        if (isForCaller(frame)) return frame
      }
    }
  }
}

/** The payload of the next frame, which has to be of that type. */
export async function expectFrame(reader: FrameReader, type: FrameType): Promise<unknown> {
  const frame = await reader.next()
  if (frame.type !== type) throw unexpected(frame)
  return parseJson(frame)
}

function failureOf(frame: Frame): Error {
  const { message, isCut } = parseJson(frame) as Partial<AgentFailure>
  const words = `in the pod: ${String(message)}`
  return isCut === true ? new SyncCut(words) : new Error(words)
}
