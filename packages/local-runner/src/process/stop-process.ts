import type { ChildProcess } from 'node:child_process'

export interface StopGrace {
  readonly interruptMs: number
  readonly terminateMs: number
}

/** SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL, to the process and not to its group (1.10). */
export const runnerGrace: StopGrace = { interruptMs: 7500, terminateMs: 2500 }

/** Starts the escalation; call the returned function when the process has ended. */
export function stopProcess(child: ChildProcess, grace: StopGrace): () => void {
  const timers: NodeJS.Timeout[] = []
  child.kill('SIGINT')
  timers.push(
    setTimeout(() => {
      child.kill('SIGTERM')
      timers.push(setTimeout(() => child.kill('SIGKILL'), grace.terminateMs))
    }, grace.interruptMs)
  )
  return () => {
    for (const timer of timers) clearTimeout(timer)
  }
}
