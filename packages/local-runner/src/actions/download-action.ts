import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StepLog } from '../log/step-log.ts'
import type { RemoteReference } from './action-reference.ts'
import type { DownloadSource } from './prepare-actions.ts'

/**
 * Puts an action at `_actions/owner/repo/ref`, from the folder given with --actions-dir instead of github.com.
 *
 * @throws Error naming the folder that was looked in
 */
export function downloadAction(reference: RemoteReference, source: DownloadSource, log: StepLog): void {
  place(reference, source, log, target => {
    const origin = originOf(reference, source)
    if (!existsSync(origin)) {
      throw new Error(
        `Unable to resolve action '${reference.repository}@${reference.ref}': there is no folder ${origin}.`
      )
    }
    cpSync(origin, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  })
}

/** Fills the folder of an action once per job; the file `.completed` beside it says that it is whole. */
export function place(
  { repository, ref }: RemoteReference,
  { layout }: DownloadSource,
  log: StepLog,
  fill: (target: string) => void
): void {
  const target = join(layout.actions, repository, ref)
  const watermark = `${target}.completed`
  if (existsSync(watermark)) return
  log.output(`Download action repository '${repository}@${ref}'`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(dirname(target), { recursive: true })
  fill(target)
  writeFileSync(watermark, new Date().toISOString())
}

function originOf(reference: RemoteReference, source: DownloadSource): string {
  const { repository, sha } = source.self
  if (reference.repository === repository && reference.ref === sha) return source.repositoryDirectory
  if (source.actionsDirectory === undefined) {
    throw new Error(
      `Unable to resolve action '${reference.repository}@${reference.ref}': give the folder that holds ` +
        `${reference.repository} with --actions-dir.`
    )
  }
  return join(source.actionsDirectory, reference.repository)
}
