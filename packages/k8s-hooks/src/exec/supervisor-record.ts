/** What the supervisor says on its stderr; stdout carries nothing but the command's output. */
export interface SupervisorWords {
  /** The supervisor is there and its output follows. */
  readonly hasAttached: boolean
  /** Its last word, when it has said it. */
  readonly record: SupervisorRecord | undefined
  /** The record was acknowledged, and the run folder is deleted. */
  readonly isGone: boolean
  /** What is not the supervisor's: complaints of the shell. */
  readonly others: string
}

export type SupervisorRecord = SupervisorExit | { readonly kind: 'lost' }

export interface SupervisorExit {
  readonly kind: 'exit'
  readonly exitCode: number
  /** Size of the output when the command ended; what it left running may still add to it. */
  readonly outputBytes: number
  /** Processes of the container that the kernel killed for their memory while the command ran. */
  readonly oomKills: number
}

/** With their line breaks: a record whose end has not arrived yet has another number. */
const recordLine = /^k8s-hooks (?:exit (\d+) (\d+) (\d+)|lost)\n/m
const attachedLine = /^k8s-hooks attached\n/m
const goneLine = /^k8s-hooks gone\n/m

export function parseSupervisorWords(stderr: string): SupervisorWords {
  const match = recordLine.exec(stderr)
  return {
    hasAttached: attachedLine.test(stderr),
    record: match === null ? undefined : toRecord(match),
    isGone: goneLine.test(stderr),
    others: [recordLine, attachedLine, goneLine].reduce((text, line) => text.replace(line, ''), stderr).trim()
  }
}

function toRecord([, exitCode, outputBytes, oomKills]: RegExpExecArray): SupervisorRecord {
  return exitCode === undefined
    ? { kind: 'lost' }
    : { kind: 'exit', exitCode: Number(exitCode), outputBytes: Number(outputBytes), oomKills: Number(oomKills) }
}
