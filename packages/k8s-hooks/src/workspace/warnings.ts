import type { Logger } from '../support/logger.ts'

export interface Warnings {
  readonly warn: (line: string) => void
  /** Says how many were not shown. */
  readonly close: () => void
}

const maxShown = 10

/** Shows the first warnings of a sync, once each; a tree full of unreadable files must not flood the log. */
export function createWarnings(logger: Pick<Logger, 'warning'>): Warnings {
  const lines = new Set<string>()
  return {
    warn: line => {
      if (lines.size < maxShown && !lines.has(line)) logger.warning(line)
      lines.add(line)
    },
    close: () => {
      if (lines.size > maxShown) logger.warning(`${lines.size - maxShown} more warnings of this kind are not shown.`)
    }
  }
}
