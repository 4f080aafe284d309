import { Writable } from 'node:stream'
import { drained } from './drained.ts'
import type { Logger } from './logger.ts'

export interface KeptLines {
  /** For the output of steps and containers. */
  readonly output: Writable
  readonly logger: Logger
}

/**
 * Stdout as steps and the hook share it. A step may end in the middle of a line; what the hook says after it begins a line of its own,
 * else the runner would take a `::error::` for text of the step (contract 5.16).
 */
export function keepLines(stdout: Writable, logger: Logger, signal: AbortSignal): KeptLines {
  let lineIsOpen = false
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lineIsOpen = chunk.length === 0 ? lineIsOpen : chunk.at(-1) !== newline
      if (stdout.write(chunk)) done()
      else void drained(stdout, signal).then(() => done())
    }
  })
  const afterLine =
    <A extends readonly unknown[], R>(say: (...args: A) => R) =>
    (...args: A): R => {
      if (lineIsOpen) stdout.write('\n')
      lineIsOpen = false
      return say(...args)
    }
  return {
    output,
    logger: {
      debug: afterLine(logger.debug),
      info: afterLine(logger.info),
      notice: afterLine(logger.notice),
      warning: afterLine(logger.warning),
      error: afterLine(logger.error),
      group: (title, work) => afterLine(() => logger.group(title, work))(),
      addSecret: afterLine(logger.addSecret)
    }
  }
}

const newline = 0x0a
