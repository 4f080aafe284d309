import { HookError } from '@k8s-hooks/hooklib'
import type { ImageReference } from '../registry/reference.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { BuilderDeps } from './builder-deps.ts'

export interface ReportedImage {
  readonly builderName: string
  readonly destination: ImageReference
  /** What the builder's pod says. */
  readonly reported: string | undefined
}

/** A runner that no way leads from to the registry shall not wait for long. */
const answerWithinMs = 10_000

/**
 * The digest under which the registry has what was pushed. The registry is asked because the pod can be made to lie: a
 * process that RUN left behind writes what it likes into the termination message and the log, such as the digest of another
 * job's image, which would then be run, and deleted at the end. Only where the registry cannot be asked the pod's word
 * counts. Throws HookError BUILD_FAILED when the registry does not have the image.
 */
export async function confirmDigest(
  { builderName, destination, reported }: ReportedImage,
  { findDigest, logger }: Pick<BuilderDeps, 'findDigest' | 'logger'>,
  signal: AbortSignal
): Promise<string> {
  const found = await ask()
  if (found === undefined) throw digestMissing(builderName)
  if (reported !== undefined && reported !== found)
    logger.warning(`${builderName} reports the digest ${reported}, but the registry has ${found}, which counts.`)
  return found

  async function ask(): Promise<string | undefined> {
    try {
      return await findDigest(destination, AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]))
    } catch (error) {
      signal.throwIfAborted()
      if (reported === undefined) throw error
      logger.warning(`The registry could not be asked for the image: ${reasonOf(error)}`)
      return reported
    }
  }
}

function digestMissing(builderName: string): HookError {
  return new HookError('BUILD_FAILED', `${builderName} ended well, but the registry does not have the image.`, {
    hint: 'Does the registry keep what is pushed to it, and do pod and registry see the same one?'
  })
}
