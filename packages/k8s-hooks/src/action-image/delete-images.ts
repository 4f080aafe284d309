import { join } from 'node:path'
import type { RegistrySettings } from '../config/settings.ts'
import { type ImageReference, printReference } from '../registry/reference.ts'
import type { DeleteOutcome } from '../registry/delete-image.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import type { Logger } from '../support/logger.ts'
import { withLock } from './build-lock.ts'
import { isFirstTime } from './first-time.ts'
import { pushedImage } from './image-name.ts'
import type { Ledger, LedgerEntry } from './ledger.ts'

export interface DeleteImagesDeps {
  readonly ledger: Ledger
  readonly registry: RegistrySettings
  readonly client: Pick<RegistryClient, 'deleteImage'>
  readonly logger: Logger
  /** Milliseconds of any epoch. */
  readonly now?: () => number
  /** How long a build of the same content is waited for. */
  readonly lockWaitMs?: number
  /** Settles when no builder of this job runs any more: until then one may still be pushing what is in no registry yet. */
  readonly buildersGone?: Promise<unknown>
}

export interface DeletedImage {
  readonly image: string
  readonly outcome: DeleteOutcome
  readonly durationMs: number
}

/**
 * Deletes from the registry what the ledger knows, unfinished builds included. What could not be deleted becomes a notice and
 * stays in the ledger, to be tried again; that a registry deletes nothing at all is said once. Throws nothing but the signal's
 * reason.
 */
export async function deleteActionImages(
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<readonly DeletedImage[]> {
  return await deleteEach(deps, entry => deleteOne(entry, deps, signal))
}

/** The same for what this process has used and no other that runs does. Two that end at the same time leave nothing. */
export async function deleteUnusedImages(
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<readonly DeletedImage[]> {
  await deps.ledger.letGo()
  return await deleteEach(deps, entry => deleteUnlessUsed(entry, deps, signal))
}

async function deleteEach(
  { ledger, logger }: DeleteImagesDeps,
  tryDelete: (entry: LedgerEntry) => Promise<DeletedImage | undefined>
): Promise<readonly DeletedImage[]> {
  const tried = await Promise.all((await ledger.entries()).map(tryDelete))
  const deleted = tried.filter(image => image !== undefined)
  const failures = new Map(deleted.flatMap(({ outcome }) => ('reason' in outcome ? [[outcome.reason, outcome]] : [])))
  for (const { kind, reason } of failures.values()) {
    if (kind === 'failed' || (await isFirstTime(ledger.folder, reason)))
      logger.notice(`Temporary images stay in the registry: ${reason}.`)
  }
  return deleted
}

/**
 * Under the lock of the build: who finds the image in the ledger has said that it uses it before another may delete it.
 * A step that builds the same just now is not waited for to its end: what it does not use it deletes itself.
 */
async function deleteUnlessUsed(
  entry: LedgerEntry,
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<DeletedImage | undefined> {
  const { ledger, lockWaitMs = 10_000 } = deps
  const isUsed = (): Promise<boolean> => ledger.isUsed(entry.handle)
  if (await isUsed()) return undefined
  const work = async (): Promise<DeletedImage | undefined> => {
    const isKnown = (await ledger.entries()).some(({ handle }) => handle === entry.handle)
    return isKnown && !(await isUsed()) ? await deleteOne(entry, deps, signal) : undefined
  }
  const patience = AbortSignal.timeout(lockWaitMs)
  const options = { signal: AbortSignal.any([signal, patience]), onWait: () => undefined }
  try {
    return await withLock(join(ledger.folder, `${entry.key}.lock`), work, options)
  } catch (error) {
    if (patience.aborted && !signal.aborted) return undefined
    throw error
  }
}

async function deleteOne(
  entry: LedgerEntry,
  { ledger, registry, client, buildersGone, now = () => performance.now() }: DeleteImagesDeps,
  signal: AbortSignal
): Promise<DeletedImage> {
  if (entry.digest === undefined) await buildersGone
  const startedAt = now()
  const reference: ImageReference = {
    ...pushedImage(registry, entry.handle),
    ...(entry.digest === undefined ? {} : { digest: entry.digest })
  }
  const outcome = await client.deleteImage(reference, signal)
  if (outcome.kind !== 'failed') await ledger.remove(entry.handle)
  // The registry may have deleted it all the same: no step may count on it any more.
  else if (entry.digest !== undefined) await ledger.finish({ handle: entry.handle, digest: entry.digest, key: '' })
  return { image: printReference(reference), outcome, durationMs: now() - startedAt }
}
