import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { combinePath, type Layout } from '../job/layout.ts'
import { emptyMapping } from '../workflow/template.ts'
import type { DockerRuns, LoadedAction } from './action-manifest.ts'
import type { ActionReference } from './action-reference.ts'
import { parseManifest } from './parse-manifest.ts'

/**
 * Reads an action from the runner's own disk, in jobs with a container too (4.4).
 *
 * @throws Error in the runner's words when there is no action in the folder
 */
export function loadAction(reference: ActionReference, layout: Layout): LoadedAction {
  if (reference.kind === 'docker') return { directory: '', inputs: [], runs: dockerRuns(reference.image) }
  const directory = actionDirectory(reference, layout)
  for (const name of ['action.yml', 'action.yaml']) {
    const file = combinePath(directory, name)
    if (existsSync(file)) return parseManifest(file, readFileSync(file, 'utf8'), directory)
  }
  for (const name of ['Dockerfile', 'dockerfile']) {
    const file = combinePath(directory, name)
    if (existsSync(file)) return { directory, inputs: [], runs: dockerRuns(file) }
  }
  throw new Error(
    `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${resolve(directory)}'. ` +
      'Did you forget to run actions/checkout before running your local action?'
  )
}

/** `Path.Combine` of the parts: `…/demo/./.github/actions/hello` (1.4). */
function actionDirectory(reference: Exclude<ActionReference, { readonly kind: 'docker' }>, layout: Layout): string {
  if (reference.kind === 'local') return combinePath(layout.workspace, reference.path)
  return combinePath(`${layout.actions}/${reference.repository}/${reference.ref}`, reference.path)
}

function dockerRuns(image: string): DockerRuns {
  return {
    kind: 'docker',
    image,
    args: undefined,
    entrypoint: undefined,
    env: emptyMapping,
    pre: undefined,
    preIf: 'always()',
    post: undefined,
    postIf: 'always()'
  }
}
