import { HookError } from '@k8s-hooks/hooklib'
import type { Logger } from './support/logger.ts'

const troubleshooting = 'docs/troubleshooting.md'

/** Turns a failure into text and the hook's exit code. The one place where an error becomes output. */
export function reportFailure(error: unknown, logger: Logger): number {
  if (error instanceof HookError) {
    const hint = error.hint === undefined ? '' : ` ${error.hint}`
    // A step that printed `::stop-commands::` would swallow an annotation, so the failure stands in the log as plain text too (contract 5.16).
    logger.info(`\n${error.code}: ${error.message}${hint}`)
    logger.error(`${error.message}${hint} [${error.code}, see ${troubleshooting}]`)
    for (const cause of causesOf(error)) logger.debug(`caused by ${cause}`)
    return error.exitCode
  }
  logger.error(
    `The hook itself failed; please report it. ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  )
  return 1
}

function causesOf(error: Error): readonly string[] {
  const { cause } = error
  if (cause === undefined) return []
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : [JSON.stringify(cause)]
}
