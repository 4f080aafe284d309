import type { Logger } from '../support/logger.ts'
import { isFirstTime } from './first-time.ts'

export interface NoteDeps {
  /** Of the ledger; it remembers for the other hooks of the job. */
  readonly folder: string
  readonly logger: Logger
  /** Pid of who calls the hooks of this job. */
  readonly jobPid?: number | undefined
}

/** Says once in a job that images could not be deleted: whatever else goes wrong with them later on tells the reader no more. */
export async function noteImagesStay(
  reason: string,
  { folder, logger, jobPid = process.ppid }: NoteDeps
): Promise<void> {
  // A full disk remembers nothing: better said twice than not at all.
  if (await isFirstTime(folder, `images stay, job of process ${jobPid}`).catch(() => true))
    logger.notice(`Temporary images stay in the registry: ${reason}`)
}
