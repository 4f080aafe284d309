import { readableOf, type BytePath } from './byte-path.ts'
import { createParentGuard, type ParentGuard } from './parent-guard.ts'
import type { EntryKind } from './tree-entry.ts'

/** The end that changes its tree after what the other end sends. */
export interface Receiver {
  /** Absolute. */
  readonly root: BytePath
  /** Gets what was placed with the signature that it has here. */
  readonly baseline: Map<BytePath, string>
  readonly rules: ReceiverRules
  readonly guard: ParentGuard
  readonly warn: (line: string) => void
  /** Called before each change; may throw to end the sync. */
  readonly onPath: (path: BytePath) => void
}

export interface ReceiverRules {
  /** Whether the other end may touch the path at all. */
  readonly accepts: (path: BytePath) => boolean
  readonly modeOf: (path: BytePath, kind: EntryKind, mode: number) => number
  /** A deletion spares what changed here since the last sync: the next sync brings it back to the other end. */
  readonly sparesChanged: boolean
  readonly followsParentLinks: boolean
}

export function createReceiver(options: Omit<Receiver, 'guard'>): Receiver {
  const { root, rules, warn } = options
  return { ...options, guard: createParentGuard({ root, followsLinks: rules.followsParentLinks, warn }) }
}

const openDirectories = ['_temp', '_temp/_github_home', '_temp/_github_workflow', '_temp/_runner_file_commands']

/**
 * In the pod the runner is trusted, and the container's user, whoever that is, must be able to write what the contract (3) lets a step
 * write: file commands, HOME and RUNNER_TEMP.
 */
export const podRules: ReceiverRules = {
  accepts: () => true,
  modeOf: (path, kind, mode) => {
    if (kind === 'directory') return openDirectories.includes(path) ? mode | 0o777 : mode
    return path.startsWith('_temp/_runner_file_commands/') ? mode | 0o666 : mode
  },
  sparesChanged: false,
  followsParentLinks: true
}

/** On the runner the pod is not trusted, and the runner must be able to read and change what it gets. */
export const runnerRules = (accepts: ReceiverRules['accepts']): ReceiverRules => ({
  accepts,
  modeOf: (_path, kind, mode) => mode | (kind === 'directory' ? 0o700 : 0o400),
  sparesChanged: true,
  followsParentLinks: false
})

/** Throws when the other end may not touch the path. */
export function assertAccepted(path: BytePath, { rules }: Receiver): void {
  if (!rules.accepts(path)) throw new Error(`The pod wanted to change ${readableOf(path)}, which is not its own.`)
}
