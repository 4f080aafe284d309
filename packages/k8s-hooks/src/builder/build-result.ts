import type { V1ContainerStateTerminated } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { RegistrySettings } from '../config/settings.ts'
import { isDigest } from '../registry/reference.ts'
import { toBuildError } from './build-failure.ts'
import type { BuildLogSummary } from './build-log.ts'

export interface BuildOutcome {
  readonly builderName: string
  /** How the build container ended. */
  readonly terminated: V1ContainerStateTerminated
  readonly log: BuildLogSummary
  readonly registry: RegistrySettings
}

/**
 * The digest that an ended build container reports; undefined when it reports none, although it succeeded. Kaniko writes
 * the digest before it pushes, and a process left behind by RUN can overwrite it: so it counts only with exit code 0, and
 * the log's word is the second choice. Throws the HookErrors of `toBuildError`.
 */
export function digestOf({ builderName, terminated, log, registry }: BuildOutcome): string | undefined {
  const message = terminated.message?.trim() ?? ''
  if (terminated.exitCode === 0) return isDigest(message) ? message : log.pushedDigest
  throw toBuildError({
    builderName,
    exitCode: terminated.exitCode,
    reason: terminated.reason,
    lastError: log.lastError ?? lastLineOf(message),
    lastStep: log.lastStep,
    baseMissing: log.baseMissing,
    registry
  })
}

export function digestMissing(builderName: string): HookError {
  return new HookError('BUILD_FAILED', `${builderName} ended well, but the registry does not have the image.`, {
    hint: 'Does the registry keep what is pushed to it, and do pod and registry see the same one?'
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
