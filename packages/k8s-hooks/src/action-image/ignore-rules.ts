import { readFile } from 'node:fs/promises'
import dockerignore from '@balena/dockerignore'
import { type LocatedDockerfile, locateBeside } from './locate.ts'

/** Which paths of a context Docker would leave out. */
export interface IgnoreRules {
  /** The file that the rules come from; undefined when there is none. */
  readonly file: { readonly path: string; readonly realPath: string } | undefined
  /** `path` is relative to the context. */
  readonly ignores: (path: string) => boolean
  /** Whether a "!" rule may bring back something below an ignored directory. */
  readonly hasExceptions: boolean
}

/**
 * Reads `<Dockerfile>.dockerignore`, else `.dockerignore`
 * (https://docs.docker.com/build/concepts/context/#filename-and-location). Throws HookError CONTEXT_ESCAPES.
 */
export async function readIgnoreRules(located: LocatedDockerfile, roots: readonly string[]): Promise<IgnoreRules> {
  for (const path of [`${located.dockerfilePath}.dockerignore`, '.dockerignore']) {
    const realPath = await locateBeside(located, path, roots)
    if (realPath === undefined) continue
    const text = (await readFile(realPath, 'utf8')).replace(/^\uFEFF/, '')
    const rules = dockerignore.default({ ignorecase: false }).add(text)
    return {
      file: { path, realPath },
      ignores: candidate => rules.ignores(candidate),
      hasExceptions: /^\s*!/m.test(text)
    }
  }
  return { file: undefined, ignores: () => false, hasExceptions: false }
}
