import { HookError } from '@k8s-hooks/hooklib'
import { isNativeError } from 'node:util/types'
import { harmlessLine } from './builder/harmless-line.ts'
import { asSentence } from './support/as-sentence.ts'
import type { Logger } from './support/logger.ts'
import { reasonOf } from './support/reason-of.ts'

const troubleshooting = 'docs/troubleshooting.md'
/** A chain of causes may be a ring. */
const mostCauses = 10

/**
 * Turns a failure into text and the hook's exit code. The one place where an error becomes output. What a build or a container says may stand in
 * the text, so no line of it is a command to the runner. The failure stands in the log as plain text and as an annotation:
 * a step that printed `::stop-commands::` would swallow the annotation (contract 5.16).
 */
export function reportFailure(error: unknown, logger: Logger): number {
  const { text, annotation, exitCode } = error instanceof HookError ? describeHookError(error) : describeDefect(error)
  logger.info(`\n${harmlessLine(text)}`)
  logger.error(annotation)
  for (const cause of causesOf(error)) logger.debug(`caused by ${cause}`)
  return exitCode
}

interface Failure {
  readonly text: string
  readonly annotation: string
  readonly exitCode: number
}

function describeHookError({ code, message, hint, exitCode }: HookError): Failure {
  const words = hint === undefined ? message : `${asSentence(message)} ${hint}`
  return { text: `${code}: ${words}`, annotation: `${words} [${code}, see ${troubleshooting}]`, exitCode }
}

/** Our own mistake. Its stack is for the report, and too long for an annotation. */
function describeDefect(error: unknown): Failure {
  const annotation = `The hook itself failed; please report it with the log of this step: ${reasonOf(error)}`
  const stack = isNativeError(error) ? (error.stack ?? '') : ''
  return { text: stack === '' ? annotation : `${annotation}\n${stack}`, annotation, exitCode: 1 }
}

function causesOf(error: unknown, depth = 0): readonly string[] {
  if (!isNativeError(error) || error.cause === undefined || depth >= mostCauses) return []
  return [reasonOf(error.cause), ...causesOf(error.cause, depth + 1)]
}
