import { appendFile } from 'node:fs/promises'
import type { Logger } from './logger.ts'

/** One timed stage, as it stands in the timings file. */
export interface StageTime {
  readonly stage: string
  readonly durationMs: number
  readonly bytes?: number
  /** Of the stage `image`: what the step ran. */
  readonly image?: string
  /** Of the stage `total`: most that the hook's process ever had in memory. */
  readonly peakMemoryMiB?: number | undefined
}

export interface Timings {
  readonly record: (time: StageTime) => void
  readonly measure: <T>(stage: string, work: () => Promise<T>) => Promise<T>
  /** Appends what was recorded; a file that cannot be written costs a debug line, never the step. */
  readonly flush: () => Promise<void>
}

export function createTimings(
  file: string | undefined,
  context: { readonly command: string; readonly logger: Logger; readonly now?: () => number }
): Timings {
  const { command, logger, now = Date.now } = context
  const times: StageTime[] = []
  return {
    record: time => void times.push(time),
    measure: async (stage, work) => {
      const startedMs = now()
      try {
        return await work()
      } finally {
        times.push({ stage, durationMs: now() - startedMs })
      }
    },
    flush: async () => {
      if (file === undefined || times.length === 0) return
      try {
        await appendFile(
          file,
          times.map(time => `${JSON.stringify({ command, process: process.pid, ...time })}\n`).join('')
        )
      } catch (error) {
        logger.debug(`The timings file ${file} cannot be written: ${String(error)}`)
      }
    }
  }
}
