import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HookError } from '@k8s-hooks/hooklib'
import { isInside, realPathOf, realRoots } from './confine.ts'

export interface LocatedDockerfile {
  /** Real path of the directory that holds the Dockerfile: Docker's build context (contract 2.2). */
  readonly contextRoot: string
  /** Name of the Dockerfile in the context. */
  readonly dockerfilePath: string
  /** Real path of the file; elsewhere than in the context when the Dockerfile is a symbolic link. */
  readonly realPath: string
  readonly content: string
}

/**
 * Finds the Dockerfile that the runner names, and refuses what a workflow must not reach: its path is the workflow's
 * choice and could lead to the runner's credentials (contract 2.3).
 * Throws HookError: DOCKERFILE_MISSING, DOCKERFILE_IS_DIRECTORY, DOCKERFILE_EMPTY, DOCKERFILE_INVALID,
 * CONTEXT_ESCAPES, CONTEXT_UNREADABLE.
 */
export async function locateDockerfile(dockerfile: string, roots: readonly string[]): Promise<LocatedDockerfile> {
  const path = resolve(dockerfile)
  const contextRoot = await realPathOf(dirname(path))
  const realPath = await realPathOf(path)
  const allowed = await realRoots(roots)
  if (contextRoot !== undefined && !isInside(contextRoot, allowed)) throw escapes(path, contextRoot, roots)
  if (contextRoot === undefined || realPath === undefined) throw missing(path)
  if (!isInside(realPath, allowed)) throw escapes(path, realPath, roots)
  const content = await readDockerfile(realPath, path)
  if (/^\s*$/.test(content))
    throw new HookError('DOCKERFILE_EMPTY', `${path} is empty.`, { hint: 'A Dockerfile begins with FROM.' })
  if (content.includes('\0'))
    throw new HookError('DOCKERFILE_INVALID', `${path} is not a text in UTF-8.`, {
      hint: 'A program, an archive or a text in UTF-16 cannot be built; save it as UTF-8.'
    })
  return { contextRoot, dockerfilePath: basename(path), realPath, content }
}

/** Real path of a file of the context which may be a link; undefined when there is none. Throws HookError CONTEXT_ESCAPES. */
export async function locateBeside(
  { contextRoot }: Pick<LocatedDockerfile, 'contextRoot'>,
  name: string,
  roots: readonly string[]
): Promise<string | undefined> {
  const path = join(contextRoot, name)
  const realPath = await realPathOf(path)
  if (realPath === undefined) return undefined
  if (!isInside(realPath, await realRoots(roots))) throw escapes(path, realPath, roots)
  return (await stat(realPath)).isFile() ? realPath : undefined
}

async function readDockerfile(realPath: string, shown: string): Promise<string> {
  const status = await stat(realPath)
  if (!status.isFile())
    throw new HookError('DOCKERFILE_IS_DIRECTORY', `${shown} is not a file.`, {
      hint: 'runs.image of action.yml names the Dockerfile itself, for example "Dockerfile" or "docker/Dockerfile".'
    })
  try {
    return await readFile(realPath, 'utf8')
  } catch (cause) {
    throw new HookError('CONTEXT_UNREADABLE', `${shown} cannot be read by the runner.`, {
      hint: 'An earlier step made it as another user: let that step run chmod a+r on it.',
      cause
    })
  }
}

function missing(path: string): HookError {
  return new HookError('DOCKERFILE_MISSING', `There is no file ${path}.`, {
    hint: 'A local action exists only after a step has checked it out; runs.image in its action.yml is relative to that file.'
  })
}

function escapes(path: string, realPath: string, roots: readonly string[]): HookError {
  return new HookError('CONTEXT_ESCAPES', `${path} leads to ${realPath}, which is outside ${roots.join(' and ')}.`, {
    hint: 'A Dockerfile and its directory must lie in the work directory of the runner, also when links are followed.'
  })
}
