import type { DownloadSource } from '../actions/prepare-actions.ts'
import { textOf } from '../expressions/resolve-template.ts'
import type { Job } from '../job/job.ts'

/** Where the actions of a job come from. */
export function actionSourceOf({ settings }: Job): DownloadSource {
  const { layout, actionsDirectory, repositoryDirectory, contexts } = settings
  const { repository, sha } = contexts.github
  return {
    layout,
    actionsDirectory,
    repositoryDirectory,
    self: { repository: textOf(repository ?? null), sha: textOf(sha ?? null) }
  }
}
