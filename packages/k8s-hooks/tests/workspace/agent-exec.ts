import { PassThrough, type Readable, type Writable } from 'node:stream'
import { once } from 'node:events'
import type { Exec, ExecRequest, ExecResult } from '../../src/kubernetes/cluster.ts'
import { resultOfExit } from '../../src/kubernetes/exec-status.ts'
import { runSyncAgent } from '../../src/workspace/sync-agent.ts'

/** What one exec of the agent may suffer: the connection breaks after so many bytes in that direction. */
export interface Break {
  readonly afterBytesIn?: number
  readonly afterBytesOut?: number
}

export interface AgentExec {
  readonly exec: Exec
  readonly calls: () => number
  /** Bytes that travelled both ways, all calls together. */
  readonly bytes: () => number
  readonly bytesOut: () => number
}

/** An exec whose command is the agent in this process. Call number n suffers `breaks[n]`. */
export function createAgentExec(
  breaks: readonly (Break | undefined)[] = [],
  agentOptions: { readonly stayMs?: number; readonly stallTimeoutMs?: number } = {}
): AgentExec {
  let calls = 0
  let bytesIn = 0
  let bytesOut = 0
  const exec: Exec = async request => {
    request.signal.throwIfAborted()
    const { afterBytesIn = Infinity, afterBytesOut = Infinity } = breaks[calls++] ?? {}
    const agentIn = new PassThrough()
    const agentOut = new PassThrough()
    const broken = new AbortController()
    const countIn = (length: number): void => void (bytesIn += length)
    const countOut = (length: number): void => void (bytesOut += length)
    const inbound = carry({
      from: request.stdin ?? new PassThrough(),
      to: agentIn,
      limit: afterBytesIn,
      broken,
      count: countIn
    })
    const outbound = carry({
      from: agentOut,
      to: request.stdout ?? new PassThrough(),
      limit: afterBytesOut,
      broken,
      count: countOut
    })
    void inbound.then(() => agentIn.end())
    const agent = runSyncAgent(agentIn, agentOut, agentOptions).finally(() => agentOut.end())
    return await outcome(request, broken.signal, async () => {
      const exitCode = await agent
      await outbound
      return resultOfExit(exitCode)
    })
  }
  return { exec, calls: () => calls, bytes: () => bytesIn + bytesOut, bytesOut: () => bytesOut }
}

async function outcome(request: ExecRequest, broken: AbortSignal, run: () => Promise<ExecResult>): Promise<ExecResult> {
  const breaking = once(broken, 'abort').then((): ExecResult => ({ kind: 'broken', reason: 'connection reset' }))
  const aborting = once(request.signal, 'abort').then(() => Promise.reject(request.signal.reason as Error))
  aborting.catch(() => undefined)
  return await Promise.race([run(), breaking, aborting]).finally(() => request.stdin?.destroy())
}

interface Carry {
  readonly from: Readable
  readonly to: Writable
  readonly limit: number
  readonly broken: AbortController
  readonly count: (length: number) => void
}

async function carry({ from, to, limit, broken, count }: Carry): Promise<void> {
  let carried = 0
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, Math.max(0, limit - carried))
      carried += part.length
      count(part.length)
      if (part.length > 0 && !to.write(part)) await drainOrClose(to)
      if (carried < limit) continue
      broken.abort()
      return
    }
  } catch {
    // The stream was destroyed: that direction is over.
  }
}

async function drainOrClose(stream: Writable): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}

/** Reads a piece of stdin and gives up, as a loop does that is left: the stream is destroyed, with an error. */
export async function readOnePiece({ stdin }: ExecRequest): Promise<void> {
  const pieces = stdin?.[Symbol.asyncIterator]()
  await pieces?.next()
  await pieces?.return?.()
}
