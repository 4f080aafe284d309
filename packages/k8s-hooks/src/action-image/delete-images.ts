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
import { noteImagesStay } from './note-images-stay.ts'

export interface DeleteImagesDeps {
  readonly ledger: Ledger
  readonly registry: RegistrySettings
  readonly client: Pick<RegistryClient, 'deleteImage'>
  readonly logger: Logger
  /** Milliseconds of any epoch. */
  readonly now?: () => number
  /** How long a build of the same content is waited for. */
  readonly lockWaitMs?: number
  /** Pid of who calls the hooks of this job: the runner has a worker process for each job. */
  readonly jobPid?: number
  /** Settles when no builder of this job runs any more: until then one may still be pushing what is in no registry yet. */
  readonly buildersGone?: Promise<unknown>
}

export interface DeletedImage {
  readonly image: string
  readonly outcome: DeleteOutcome
  readonly durationMs: number
}

/**
 * Deletes from the registry what the ledger knows, unfinished builds included, and what an earlier hook could not delete. What
 * cannot be deleted now either stays in the ledger, but for what the registry refuses to delete: that is given up.
 * A job has one notice of all this at most. Throws nothing but the signal's reason.
 */
export async function deleteActionImages(
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<readonly DeletedImage[]> {
  return await deleteEach(deps, async entry => {
    const deleted = await deleteOne(entry, deps, signal)
    if (deleted.outcome.kind === 'refused') await deps.ledger.remove(entry.handle)
    return deleted
  })
}

/**
 * The same for what this process has used and no other that runs does. Two that end at the same time leave nothing.
 * What was refused is left to cleanup_job: a registry that deletes nothing is not asked after each step for all that it has kept.
 */
export async function deleteUnusedImages(
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<readonly DeletedImage[]> {
  await deps.ledger.letGo()
  return await deleteEach(deps, async entry =>
    entry.refused === true ? undefined : await deleteUnlessUsed(entry, deps, signal)
  )
}

async function deleteEach(
  deps: DeleteImagesDeps,
  tryDelete: (entry: LedgerEntry) => Promise<DeletedImage | undefined>
): Promise<readonly DeletedImage[]> {
  const tried = await Promise.all((await deps.ledger.entries()).map(tryDelete))
  const deleted = tried.filter(image => image !== undefined)
  await noteFailures(deleted, deps)
  return deleted
}

/** In one notice: all images lie in one registry. That it deletes nothing is said once in the life of a runner. */
async function noteFailures(
  images: readonly DeletedImage[],
  { ledger, logger, jobPid }: DeleteImagesDeps
): Promise<void> {
  for (const { outcome } of images) {
    if (!('reason' in outcome)) continue
    if (outcome.kind === 'refused' && !(await isFirstTime(ledger.folder, outcome.reason))) continue
    await noteImagesStay(`${outcome.reason}.`, { folder: ledger.folder, logger, jobPid })
  }
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
  // The registry may have deleted it all the same: no step may count on it any more.
  if (outcome.kind === 'failed') await ledger.keep(entry)
  else if (outcome.kind === 'refused') await ledger.keep({ ...entry, refused: true })
  else await ledger.remove(entry.handle)
  return { image: printReference(reference), outcome, durationMs: now() - startedAt }
}
