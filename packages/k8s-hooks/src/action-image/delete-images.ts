import type { RegistrySettings } from '../config/settings.ts'
import { type ImageReference, printReference } from '../registry/reference.ts'
import type { DeleteOutcome } from '../registry/delete-image.ts'
import type { RegistryClient } from '../registry/registry-client.ts'
import type { Logger } from '../support/logger.ts'
import { pushedImage } from './image-name.ts'
import type { Ledger, LedgerEntry } from './ledger.ts'

export interface DeleteImagesDeps {
  readonly ledger: Ledger
  readonly registry: RegistrySettings
  readonly client: Pick<RegistryClient, 'deleteImage'>
  readonly logger: Logger
  /** Milliseconds of any epoch. */
  readonly now?: () => number
}

export interface DeletedImage {
  readonly image: string
  readonly outcome: DeleteOutcome
  readonly durationMs: number
}

/**
 * Deletes from the registry what the ledger knows, unfinished builds included. What could not be deleted becomes a notice
 * and stays in the ledger, unless the registry deletes nothing at all. Throws nothing but the signal's reason.
 */
export async function deleteActionImages(
  deps: DeleteImagesDeps,
  signal: AbortSignal
): Promise<readonly DeletedImage[]> {
  const entries = await deps.ledger.entries()
  const deleted = await Promise.all(entries.map(entry => deleteOne(entry, deps, signal)))
  for (const reason of new Set(deleted.flatMap(({ outcome }) => ('reason' in outcome ? [outcome.reason] : []))))
    deps.logger.notice(`Temporary images stay in the registry: ${reason}.`)
  return deleted
}

async function deleteOne(
  entry: LedgerEntry,
  { ledger, registry, client, now = () => performance.now() }: DeleteImagesDeps,
  signal: AbortSignal
): Promise<DeletedImage> {
  const startedAt = now()
  const reference: ImageReference = {
    ...pushedImage(registry, entry.handle),
    ...(entry.digest === undefined ? {} : { digest: entry.digest })
  }
  const outcome = await client.deleteImage(reference, signal)
  if (outcome.kind !== 'failed') await ledger.remove(entry.handle)
  return { image: printReference(reference), outcome, durationMs: now() - startedAt }
}
