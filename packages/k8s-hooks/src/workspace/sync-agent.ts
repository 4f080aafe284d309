import type { Readable, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { isNativeError } from 'node:util/types'
import { serveSync } from './agent-session.ts'
import type { AgentFailure } from './agent-hello.ts'
import { createBaselineFile } from './baseline-file.ts'
import type { BytePath } from './byte-path.ts'
import type { Frame } from './frame.ts'
import { createFrameReader, type FrameReader } from './frame-reader.ts'
import { createFrameWriter, type FrameWriter } from './frame-writer.ts'
import { SyncCut } from './sync-cut.ts'

const heartbeatMs = 1_000
/** The runner says something every five seconds (agent-line.ts). A runner that dies with its network takes leave of nobody, and nobody may end this pod before us. */
const silenceMs = 20_000
const farewellMs = 1_000
/** Without being asked anything. A quick step finds the agent still there; a long one has the memory of its container for itself. */
export const agentStaysMs = 10_000

export interface AgentOptions {
  readonly stayMs?: number
  readonly stallTimeoutMs?: number
  /**
   * What the output begins with, so that it can be told from what another program wrote to the same stream before; the agent keeps silent until it
   * is asked something, and ends when that takes too long. Absent: the output is its own, and it speaks at once.
   */
  readonly opening?: string | undefined
}

/**
 * The pod's end: serves one sync after the other by the protocol of frame.ts on `stdin` and `stdout`, until stdin ends or nothing was asked for a
 * while, and returns the exit code. It depends on Node's own modules only, because it runs in the job's image.
 */
export async function runSyncAgent(
  stdin: Readable,
  stdout: Writable,
  { stayMs = agentStaysMs, stallTimeoutMs = silenceMs, opening }: AgentOptions = {}
): Promise<number> {
  const reader = withoutHeartbeats(createFrameReader(stdin, { stallTimeoutMs }))
  const writer = createFrameWriter(stdout)
  const baselines = createBaselineFile()
  // A broken pipe shows at the next wait for the stream.
  stdout.on('error', () => undefined)
  let path: BytePath | undefined
  let heartbeat: NodeJS.Timeout | undefined
  const begin = (): void => {
    if (opening !== undefined) stdout.write(opening)
    beat(writer)
    heartbeat = setInterval(() => beat(writer), heartbeatMs)
  }
  if (opening === undefined) begin()
  try {
    let hello = opening === undefined ? await reader.nextUnlessOver() : await nextWithin(stayMs, reader)
    if (opening !== undefined && hello !== undefined) begin()
    while (hello !== undefined) {
      path = undefined
      await serveSync(hello, { reader, writer }, { baselines, onPath: at => (path = at) })
      hello = await nextWithin(stayMs, reader)
    }
    return 0
  } catch (error) {
    if (heartbeat === undefined) return 1
    const failure: AgentFailure = { message: messageOf(error), path, isCut: error instanceof SyncCut }
    writer.json('failure', failure)
    await Promise.race([writer.flush().catch(() => undefined), setTimeout(farewellMs, undefined, { ref: false })])
    return 1
  } finally {
    clearInterval(heartbeat)
  }
}

/** To a sync they mean nothing. */
function withoutHeartbeats({ arrived, next, nextUnlessOver }: FrameReader): FrameReader {
  const skip = async <T extends Frame | undefined>(read: () => Promise<T>): Promise<T> => {
    for (;;) {
      const frame = await read()
      if (frame?.type !== 'heartbeat') return frame
    }
  }
  return {
    next: () => skip(next),
    nextUnlessOver: () => skip(nextUnlessOver),
    arrived: () => {
      for (;;) {
        const frame = arrived()
        if (frame?.type !== 'heartbeat') return frame
      }
    }
  }
}

/** undefined when nothing came. */
async function nextWithin(stayMs: number, reader: FrameReader): Promise<Frame | undefined> {
  const waiting = new AbortController()
  const stay = setTimeout(stayMs, undefined, { signal: waiting.signal }).catch(() => undefined)
  try {
    return await Promise.race([reader.nextUnlessOver(), stay])
  } finally {
    waiting.abort()
  }
}

function beat(writer: FrameWriter): void {
  if (writer.congested()) return
  writer.json('heartbeat', null)
  void writer.flush().catch(() => undefined)
}

const messageOf = (error: unknown): string =>
  isNativeError(error) || error instanceof Error ? error.message : String(error)
