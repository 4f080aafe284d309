import type { V1ContainerStateTerminated } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { isDigest } from '../registry/reference.ts'
import { toBuildError } from './build-failure.ts'
import type { BuildLogSummary } from './build-log.ts'

export interface BuildOutcome {
  readonly builderName: string
  /** How the container ended that ended last. */
  readonly terminated: V1ContainerStateTerminated
  /** Why the pod as a whole was ended; undefined where its containers ended by themselves. */
  readonly podReason: string | undefined
  /** Whether that container is the one that does nothing but push. */
  readonly pushedApart: boolean
  readonly log: BuildLogSummary
  readonly registry: RegistrySettings
}

/**
 * The digest that an ended build reports; undefined when it reports none, although it succeeded. Kaniko writes the digest
 * before it pushes, and a process left behind by RUN can overwrite it: so it counts only with exit code 0, and the log's
 * word is the second choice. Throws the HookErrors of `toBuildError`.
 */
export function digestOf({ terminated, log, ...outcome }: BuildOutcome): string | undefined {
  const message = terminated.message?.trim() ?? ''
  if (terminated.exitCode === 0) return isDigest(message) ? message : log.pushedDigest
  throw toBuildError({
    ...outcome,
    exitCode: terminated.exitCode,
    reason: terminated.reason,
    lastError: log.lastError ?? lastLineOf(message),
    lastStep: log.lastStep,
    baseMissing: log.baseMissing
  })
}

/** The kubelet keeps the end of the log where the container wrote no message of its own. */
function lastLineOf(message: string): string | undefined {
  if (isDigest(message)) return undefined
  return message
    .split('\n')
    .map(line => line.trim())
    .findLast(line => line !== '')
}
