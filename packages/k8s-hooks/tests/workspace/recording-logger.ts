import type { Logger } from '../../src/support/logger.ts'

export interface RecordingLogger {
  readonly logger: Logger
  readonly warnings: readonly string[]
  readonly debugLines: readonly string[]
}

/** Keeps warnings and debug lines; anything louder fails the test. */
export function createRecordingLogger(): RecordingLogger {
  const warnings: string[] = []
  const debugLines: string[] = []
  const refuse = (line: string): never => {
    throw new Error(`nobody expected the log line ${line}`)
  }
  return {
    warnings,
    debugLines,
    logger: {
      debug: line => void debugLines.push(line),
      info: refuse,
      notice: refuse,
      warning: line => void warnings.push(line),
      error: refuse,
      group: refuse,
      addSecret: refuse
    }
  }
}
