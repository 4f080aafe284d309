import type { Readable, Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { isNativeError } from 'node:util/types'
import { serveSync } from './agent-session.ts'
import type { AgentFailure } from './agent-hello.ts'
import { createFrameReader } from './frame-reader.ts'
import { createFrameWriter, type FrameWriter } from './frame-writer.ts'
import { SyncCut } from './sync-cut.ts'

const heartbeatMs = 1_000
const farewellMs = 1_000

/**
 * The pod's end of a sync: speaks the protocol of frame.ts on `stdin` and `stdout` and returns the exit code.
 * It depends on Node's own modules only, because it runs in the job's image. `_argv` is for the eyes of whoever lists processes.
 */
export async function runSyncAgent(_argv: readonly string[], stdin: Readable, stdout: Writable): Promise<number> {
  const writer = createFrameWriter(stdout)
  // A broken pipe shows at the next wait for the stream.
  stdout.on('error', () => undefined)
  const heartbeat = setInterval(() => beat(writer), heartbeatMs)
  try {
    await serveSync({ reader: createFrameReader(stdin), writer })
    return 0
  } catch (error) {
    const failure: AgentFailure = { message: messageOf(error), isCut: error instanceof SyncCut }
    writer.json('failure', failure)
    await Promise.race([writer.flush().catch(() => undefined), setTimeout(farewellMs, undefined, { ref: false })])
    return 1
  } finally {
    clearInterval(heartbeat)
  }
}

function beat(writer: FrameWriter): void {
  if (writer.congested()) return
  writer.json('heartbeat', null)
  void writer.flush().catch(() => undefined)
}

const messageOf = (error: unknown): string =>
  isNativeError(error) || error instanceof Error ? error.message : String(error)
