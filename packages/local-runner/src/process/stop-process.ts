import type { ChildProcess } from 'node:child_process'

export interface StopGrace {
  readonly interruptMs: number
  readonly terminateMs: number
}

/** SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL, to the process and not to its group (1.10). */
export const runnerGrace: StopGrace = { interruptMs: 7500, terminateMs: 2500 }

/** An escalation that goes on. */
export interface Stopping {
  /** What was sent so far. */
  readonly signals: readonly NodeJS.Signals[]
  /** To be called when the process has ended. */
  readonly release: () => void
}

export function stopProcess(child: ChildProcess, grace: StopGrace): Stopping {
  const timers: NodeJS.Timeout[] = []
  const signals: NodeJS.Signals[] = []
  const send = (signal: NodeJS.Signals): void => {
    signals.push(signal)
    child.kill(signal)
  }
  send('SIGINT')
  timers.push(
    setTimeout(() => {
      send('SIGTERM')
      timers.push(setTimeout(() => send('SIGKILL'), grace.terminateMs))
    }, grace.interruptMs)
  )
  return {
    signals,
    release: () => {
      for (const timer of timers) clearTimeout(timer)
    }
  }
}
