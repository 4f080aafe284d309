import { isAbsolute, join, relative } from 'node:path'

/** The runner's folders, as host paths (3). */
export interface Layout {
  readonly root: string
  readonly externals: string
  readonly work: string
  readonly temp: string
  readonly actions: string
  readonly tools: string
  /** `_work/<repo>` */
  readonly pipeline: string
  /** `_work/<repo>/<repo>` */
  readonly workspace: string
  readonly home: string
  readonly workflow: string
  readonly fileCommands: string
  readonly hookResponses: string
}

export function createLayout(roots: {
  readonly root: string
  readonly work: string
  readonly repository: string
  /** `RUNNER_TOOL_CACHE` and its older names; undefined means `_work/_tool`. */
  readonly tools: string | undefined
}): Layout {
  const { root, work } = roots
  const name = roots.repository.slice(roots.repository.lastIndexOf('/') + 1)
  const temp = join(work, '_temp')
  return {
    root,
    externals: join(root, 'externals'),
    work,
    temp,
    actions: join(work, '_actions'),
    tools: roots.tools ?? join(work, '_tool'),
    pipeline: join(work, name),
    workspace: join(work, name, name),
    home: join(temp, '_github_home'),
    workflow: join(temp, '_github_workflow'),
    fileCommands: join(temp, '_runner_file_commands'),
    hookResponses: join(temp, '_runner_hook_responses')
  }
}

/** The job container's name of the tool cache: `/__t` when it lies outside the work folder (1.3). */
export function toolsInContainer({ work, tools }: Layout): string {
  const path = relative(work, tools)
  return path.startsWith('..') || isAbsolute(path) ? '/__t' : `/__w/${path}`
}

/** `Path.Combine`: joined as it stands, not normalised; an absolute second path wins (1.4). */
export function combinePath(base: string, path: string): string {
  if (path === '') return base
  if (path.startsWith('/')) return path
  return base.endsWith('/') ? base + path : `${base}/${path}`
}
