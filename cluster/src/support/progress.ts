export interface Progress {
  readonly say: (text: string) => void
  /**
   * Runs `work` and says how long it took. While it runs, a line every 15 s shows the newest detail.
   * Work that takes less than `quietBelowMs` (default 0) leaves no line.
   */
  readonly stage: <T>(
    what: string,
    work: (detail: (text: string) => void) => Promise<T>,
    quietBelowMs?: number
  ) => Promise<T>
}

export interface ProgressDeps {
  readonly write: (line: string) => void
  readonly nowMs: () => number
  /** Calls `tick` again and again until the returned function is called. */
  readonly repeat: (tick: () => void, intervalMs: number) => () => void
}

const heartbeatMs = 15_000

export function createProgress({ write, nowMs, repeat }: ProgressDeps): Progress {
  const startMs = nowMs()
  const say = (text: string): void => write(`[${seconds(nowMs() - startMs).padStart(7)}] ${text}\n`)
  return {
    say,
    stage: async (what, work, quietBelowMs = 0) => {
      const stageStartMs = nowMs()
      const took = (): string => seconds(nowMs() - stageStartMs)
      let newest = ''
      const stop = repeat(() => say(`… ${what}: ${took()}${newest === '' ? '' : `, ${newest}`}`), heartbeatMs)
      try {
        const result = await work(text => (newest = text))
        if (nowMs() - stageStartMs >= quietBelowMs) say(`${what}: ${took()}`)
        return result
      } finally {
        stop()
      }
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
