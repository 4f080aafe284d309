import { PassThrough } from 'node:stream'
import type { Exec, ExecResult } from '../kubernetes/cluster.ts'
import { systemSleep } from '../support/poll.ts'
import { createFrameReader, type FrameReader } from './frame-reader.ts'
import { createFrameWriter, type FrameWriter } from './frame-writer.ts'
import { SyncCut } from './sync-cut.ts'
import { createTail } from './tail.ts'

/** Both directions of a conversation with the agent in the pod. */
export interface SyncChannel {
  readonly reader: FrameReader
  readonly writer: FrameWriter
}

export interface AgentAddress {
  readonly exec: Exec
  readonly podName: string
  readonly container: string
  readonly command: readonly string[]
  /** The agent says something every second; a silence of this length is a dead connection. */
  readonly stallTimeoutMs: number
}

const bufferBytes = 128 * 1024
const farewellMs = 2_000

/**
 * Starts the agent, talks to it and ends it, by one exec.
 * @throws SyncCut when the connection or the agent ended before `talk` did, with the reason; else what `talk` or exec throws, or the signal's reason
 */
export async function withAgent<T>(
  { exec, podName, container, command, stallTimeoutMs }: AgentAddress,
  signal: AbortSignal,
  talk: (channel: SyncChannel) => Promise<T>
): Promise<T> {
  const stop = new AbortController()
  const stdin = new PassThrough({ highWaterMark: bufferBytes })
  const stdout = new PassThrough({ highWaterMark: bufferBytes })
  const stderr = createTail()
  const request = { podName, container, command, stdin, stdout, stderr: stderr.stream }
  let outcome: Outcome | undefined
  const running = exec({ ...request, signal: AbortSignal.any([signal, stop.signal]) })
    .catch((error: unknown): Outcome => ({ kind: 'failed', error }))
    .then(settled => {
      outcome = settled
      stdout.end()
      stdin.destroy()
    })
  try {
    const result = await talk({
      reader: createFrameReader(stdout, { stallTimeoutMs }),
      writer: createFrameWriter(stdin)
    })
    stdin.end()
    await Promise.race([running, systemSleep(farewellMs, AbortSignal.any([signal, stop.signal]))])
    return result
  } catch (error) {
    signal.throwIfAborted()
    throw explain(error, outcome, stderr.text())
  } finally {
    stop.abort()
    await running
  }
}

type Outcome = ExecResult | { readonly kind: 'failed'; readonly error: unknown }

/** A cut says only that bytes are missing; exec knows why. */
function explain(error: unknown, outcome: Outcome | undefined, stderr: string): unknown {
  if (!(error instanceof SyncCut) || outcome === undefined) return error
  if (outcome.kind === 'failed') return outcome.error
  const end = outcome.kind === 'broken' ? outcome.reason : `the agent ended with exit code ${outcome.exitCode}`
  return new SyncCut(`${error.message}: ${[end, stderr].filter(words => words !== '').join(': ')}`)
}
