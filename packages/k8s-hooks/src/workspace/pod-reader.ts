import type { AgentFailure } from './agent-hello.ts'
import { isBytePath, type BytePath } from './byte-path.ts'
import type { Frame, FrameType } from './frame.ts'
import type { FrameReader } from './frame-reader.ts'
import { parseJson, unexpected } from './receive-changes.ts'
import { SyncCut } from './sync-cut.ts'

export interface PodReaderOptions {
  readonly warn: (line: string) => void
  /** Hears at which path the agent failed, when it knows one. */
  readonly onFailedPath: (path: BytePath) => void
}

/** The agent's frames without those that may come at any time: heartbeats are dropped, warnings handed on, a failure is thrown. */
export function createPodReader(
  reader: FrameReader,
  { warn, onFailedPath }: PodReaderOptions
): Pick<FrameReader, 'next' | 'arrived'> {
  const isForCaller = (frame: Frame): boolean => {
    if (frame.type === 'failure') throw failureOf(frame, onFailedPath)
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
export async function expectFrame(reader: Pick<FrameReader, 'next'>, type: FrameType): Promise<unknown> {
  const frame = await reader.next()
  if (frame.type !== type) throw unexpected(frame)
  return parseJson(frame)
}

function failureOf(frame: Frame, onFailedPath: PodReaderOptions['onFailedPath']): Error {
  const { message, path, isCut } = parseJson(frame) as Partial<AgentFailure>
  if (isBytePath(path)) onFailedPath(path)
  const words = `in the pod: ${String(message)}`
  return isCut === true ? new SyncCut(words) : new Error(words)
}
