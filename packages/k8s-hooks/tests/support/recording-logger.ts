import type { Logger } from '../../src/support/logger.ts'

/** Keeps what is said, one line each, with its kind. */
export function recordingLogger(): Logger & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const say =
    (kind: string) =>
    (line: string): void =>
      void lines.push(`${kind}: ${line}`)
  return {
    lines,
    debug: say('debug'),
    info: say('info'),
    notice: say('notice'),
    warning: say('warning'),
    error: say('error'),
    addSecret: say('secret'),
    group: async (title, work) => {
      lines.push(`group: ${title}`)
      try {
        return await work()
      } finally {
        lines.push('endgroup')
      }
    }
  }
}
