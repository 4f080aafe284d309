import type { HookContext } from './hook-context.ts'
import { deleteImages } from './delete-images.ts'
import { removeEverything } from './remove-everything.ts'

/** "Stop containers": nothing of the job is left, in the cluster or in the registry. Needs no state, and may run twice. */
export async function cleanupJob(context: HookContext, signal: AbortSignal): Promise<void> {
  const removal = context.timings.measure('remove pods', () => removeEverything(context, signal))
  const buildersGone = removal.catch(() => undefined)
  const [removed] = await Promise.all([removal, deleteImages(context, { choose: 'all', buildersGone }, signal)])
  context.logger.debug(`Deleted ${removed} objects of runner pod ${context.settings.runnerPodName}.`)
}
