import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
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
  /** Sent before all else each time the agent is started. Absent: nothing. */
  readonly opening?: Buffer
  /** The agent says something every second; a silence of this length (30 s when absent) is a dead connection. */
  readonly stallTimeoutMs?: number
  /** How often the agent is told that we are still there; every 5 s when absent. */
  readonly beatMs?: number
  /** Ends the connection when it aborts. */
  readonly signal: AbortSignal
}

/** A connection to the agent that serves one sync after the other: the push before a step and the pull after it cost one exec. */
export interface AgentLine {
  /**
   * Starts the agent unless it runs (it ends by itself a while after the last sync), and talks to it. One talk at a time.
   * @throws SyncCut when the connection or the agent ended before `talk` did, with the reason; else what `talk` or exec throws, or the signal's reason
   */
  readonly talk: <T>(signal: AbortSignal, talk: (channel: SyncChannel) => Promise<T>) => Promise<T>
  /** Starts the agent and waits for its first word. @throws as `talk` */
  readonly open: (signal: AbortSignal) => Promise<void>
  /** Tells the agent, if it runs, that it may end, and does not wait for that: all that it was asked for is done. */
  readonly close: () => Promise<void>
}

export function createAgentLine(address: AgentAddress): AgentLine {
  let call: Call | undefined
  const talk: AgentLine['talk'] = async (signal, say) => {
    signal.throwIfAborted()
    if (call === undefined || call.outcome() !== undefined) call = startCall(address)
    const { channel, outcome, complaint, hangUp } = call
    const onAbort = (): void => void hangUp()
    signal.addEventListener('abort', onAbort)
    try {
      return await say(channel)
    } catch (error) {
      const end = outcome()
      call = undefined
      await hangUp()
      signal.throwIfAborted()
      throw explain(error, end, complaint())
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
  return {
    talk,
    open: async signal => {
      await talk(signal, async ({ reader }) => await reader.next())
    },
    close: async () => {
      await call?.end()
      call = undefined
    }
  }
}

interface Call {
  readonly channel: SyncChannel
  /** How the exec ended; undefined while it runs. */
  readonly outcome: () => Outcome | undefined
  readonly complaint: () => string
  /** Lets the agent end and leaves. */
  readonly end: () => Promise<void>
  readonly hangUp: () => Promise<void>
}

type Outcome = ExecResult | { readonly kind: 'failed'; readonly error: unknown }

const bufferBytes = 128 * 1024
/** Often enough for the agent, which ends when it hears nothing for 20 s. */
const usualBeatMs = 5_000
const farewellMs = 2_000

function startCall(address: AgentAddress): Call {
  const { exec, podName, container, command, opening, stallTimeoutMs = 30_000, beatMs = usualBeatMs, signal } = address
  const stop = new AbortController()
  const stdin = new PassThrough({ highWaterMark: bufferBytes })
  if (opening !== undefined) stdin.write(opening)
  const stdout = new PassThrough({ highWaterMark: bufferBytes })
  const stderr = createTail()
  const channel = { reader: createFrameReader(stdout, { stallTimeoutMs }), writer: createFrameWriter(stdin) }
  const beating = setInterval(() => beat(channel.writer, stdin), beatMs)
  const request = { podName, container, command, stdin, stdout, stderr: stderr.stream }
  let outcome: Outcome | undefined
  const running = exec({ ...request, signal: AbortSignal.any([signal, stop.signal]) })
    .catch((error: unknown): Outcome => ({ kind: 'failed', error }))
    .then(settled => {
      outcome = settled
      clearInterval(beating)
      stdout.end()
      stdin.destroy()
    })
  const hangUp = async (): Promise<void> => {
    stop.abort()
    await running
  }
  return {
    channel,
    outcome: () => outcome,
    complaint: stderr.text,
    end: async () => {
      clearInterval(beating)
      const isTaken = finished(stdin.end(), { writable: false }).catch(() => undefined)
      await Promise.race([isTaken, running, systemSleep(farewellMs, stop.signal).catch(() => undefined)])
      // The end of stdin is told by a frame of its own. Should it be lost, the end of the connection says the same.
      await setImmediate()
      await hangUp()
    },
    hangUp
  }
}

/** While more waits to be sent than the connection takes, that says enough. */
function beat(writer: FrameWriter, stdin: PassThrough): void {
  if (!stdin.writable || writer.congested()) return
  writer.json('heartbeat', null)
  void writer.flush().catch(() => undefined)
}

/** A cut says only that bytes are missing; exec knows why. */
function explain(error: unknown, outcome: Outcome | undefined, stderr: string): unknown {
  if (!(error instanceof SyncCut) || outcome === undefined) return error
  if (outcome.kind === 'failed') return outcome.error
  const end = outcome.kind === 'broken' ? outcome.reason : `the agent ended with exit code ${outcome.exitCode}`
  return new SyncCut(`${error.message}: ${[end, stderr].filter(words => words !== '').join(': ')}`)
}
