import { createLedger } from '../action-image/ledger.ts'
import { deleteActionImages, deleteUnusedImages } from '../action-image/delete-images.ts'
import { noteImagesStay } from '../action-image/note-images-stay.ts'
import { loadRegistryAccess } from '../registry/load-access.ts'
import { createRegistryClient } from '../registry/registry-client.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { HookContext } from './hook-context.ts'
import { ledgerFolder } from './ledger-folder.ts'

/** What deleting needs of a hook's context. */
export type DeleteImagesContext = Pick<HookContext, 'settings' | 'logger' | 'timings' | 'paths'> & {
  readonly cluster: Pick<HookContext['cluster'], 'secrets'>
}

export type ImageChoice =
  /** All that are known; unfinished ones once the builders are gone that may still push them. */
  | { readonly choose: 'all'; readonly buildersGone: Promise<unknown> }
  /** Those that no other hook of the job builds or runs at this moment. */
  | { readonly choose: 'unused' }

/** Deletes temporary images of the job that the ledger knows. What cannot be deleted costs one notice, never the job. */
export async function deleteImages(
  context: DeleteImagesContext,
  choice: ImageChoice,
  signal: AbortSignal
): Promise<void> {
  try {
    await tryDeleteImages(context, choice, signal)
  } catch (error) {
    await noteImagesStay(reasonOf(error), { folder: ledgerFolder(context), logger: context.logger })
  }
}

async function tryDeleteImages(context: DeleteImagesContext, choice: ImageChoice, signal: AbortSignal): Promise<void> {
  const { settings, cluster, logger, timings } = context
  if (settings.registry === undefined) return
  const ledger = createLedger(ledgerFolder(context))
  if ((await ledger.entries()).length === 0) return
  const access = await loadRegistryAccess(settings.registry, cluster.secrets, signal)
  const client = createRegistryClient(access)
  const deps = { ledger, registry: settings.registry, client, logger }
  const deleted =
    choice.choose === 'all'
      ? await deleteActionImages({ ...deps, buildersGone: choice.buildersGone }, signal)
      : await deleteUnusedImages(deps, signal)
  for (const { image, durationMs } of deleted) timings.record({ stage: 'delete', durationMs, image })
}
