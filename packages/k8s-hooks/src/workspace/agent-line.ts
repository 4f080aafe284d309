import {
  callOver,
  startCall,
  type AgentAddress,
  type AgentCall,
  type AgentConnection,
  type Outcome,
  type SyncChannel
} from './agent-call.ts'
import { SyncCut } from './sync-cut.ts'

export type { AgentAddress, AgentConnection, SyncChannel } from './agent-call.ts'

/** A connection to the agent that serves one sync after the other: the push before a step and the pull after it cost one exec. */
export interface AgentLine {
  /**
   * Starts the agent unless it runs (it ends by itself a while after the last sync), and talks to it. One talk at a time.
   * @throws SyncCut when the connection or the agent ended before `talk` did, with the reason; else what `talk` or exec throws, or the signal's reason
   */
  readonly talk: <T>(signal: AbortSignal, talk: (channel: SyncChannel) => Promise<T>) => Promise<T>
  /** Starts the agent and waits for its first word. @throws as `talk` */
  readonly open: (signal: AbortSignal) => Promise<void>
  /** Uses an agent that runs already and has not been talked to, unless another does. */
  readonly adopt: (connection: AgentConnection) => void
  /** Tells the agent, if it runs, that it may end, and does not wait for that: all that it was asked for is done. */
  readonly close: () => Promise<void>
}

export function createAgentLine(address: AgentAddress): AgentLine {
  let call: AgentCall | undefined
  const openCall = (): AgentCall | undefined => (call?.outcome() === undefined ? call : undefined)
  const talk: AgentLine['talk'] = async (signal, say) => {
    signal.throwIfAborted()
    call = openCall() ?? startCall(address)
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
    adopt: connection => {
      if (openCall() === undefined) call = callOver(connection, address)
      else connection.leave()
    },
    close: async () => {
      await call?.end()
      call = undefined
    }
  }
}

/** A cut says only that bytes are missing; exec knows why. */
function explain(error: unknown, outcome: Outcome | undefined, stderr: string): unknown {
  if (!(error instanceof SyncCut) || outcome === undefined) return error
  if (outcome.kind === 'failed') return outcome.error
  const end = outcome.kind === 'broken' ? outcome.reason : `the agent ended with exit code ${outcome.exitCode}`
  return new SyncCut(`${error.message}: ${[end, stderr].filter(words => words !== '').join(': ')}`)
}
