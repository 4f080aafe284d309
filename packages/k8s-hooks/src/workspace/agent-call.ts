import { PassThrough, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { Exec, ExecResult } from '../kubernetes/cluster.ts'
import { systemSleep } from '../support/poll.ts'
import { createFrameReader, type FrameReader } from './frame-reader.ts'
import { createFrameWriter, type FrameWriter } from './frame-writer.ts'
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

/** One exec of the agent. */
export interface AgentCall {
  readonly channel: SyncChannel
  /** How the exec ended; undefined while it runs. */
  readonly outcome: () => Outcome | undefined
  readonly complaint: () => string
  /** Lets the agent end and leaves. */
  readonly end: () => Promise<void>
  readonly hangUp: () => Promise<void>
}

export type Outcome = ExecResult | { readonly kind: 'failed'; readonly error: unknown }

/** What goes to an agent that runs, and comes from it. */
export interface AgentConnection {
  readonly stdin: PassThrough
  /** Ends with the connection. */
  readonly stdout: Readable
  /** Never rejects. */
  readonly ended: Promise<Outcome>
  readonly leave: () => void
  /** What the agent has said on its stderr. Absent: that is not known. */
  readonly complaint?: () => string
}

const bufferBytes = 128 * 1024
/** Often enough for the agent, which ends when it hears nothing for 20 s. */
const usualBeatMs = 5_000
const farewellMs = 2_000

export function startCall(address: AgentAddress): AgentCall {
  const { exec, podName, container, command, opening, signal } = address
  const stop = new AbortController()
  const stdin = new PassThrough({ highWaterMark: bufferBytes })
  if (opening !== undefined) stdin.write(opening)
  const stdout = new PassThrough({ highWaterMark: bufferBytes })
  const stderr = createTail()
  const request = { podName, container, command, stdin, stdout, stderr: stderr.stream }
  const ended = exec({ ...request, signal: AbortSignal.any([signal, stop.signal]) })
    .catch((error: unknown): Outcome => ({ kind: 'failed', error }))
    .finally(() => stdout.end())
  return callOver({ stdin, stdout, ended, leave: () => stop.abort(), complaint: stderr.text }, address)
}

export function callOver(
  { stdin, stdout, ended, leave, complaint = () => '' }: AgentConnection,
  { stallTimeoutMs = 30_000, beatMs = usualBeatMs }: Pick<AgentAddress, 'stallTimeoutMs' | 'beatMs'>
): AgentCall {
  const left = new AbortController()
  const channel = { reader: createFrameReader(stdout, { stallTimeoutMs }), writer: createFrameWriter(stdin) }
  const beating = setInterval(() => beat(channel.writer, stdin), beatMs)
  let outcome: Outcome | undefined
  const over = ended.then(settled => {
    outcome = settled
    clearInterval(beating)
    stdin.destroy()
  })
  const hangUp = async (): Promise<void> => {
    left.abort()
    leave()
    await over
  }
  return {
    channel,
    outcome: () => outcome,
    complaint,
    end: async () => {
      clearInterval(beating)
      const isTaken = finished(stdin.end(), { writable: false }).catch(() => undefined)
      await Promise.race([isTaken, over, systemSleep(farewellMs, left.signal).catch(() => undefined)])
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
