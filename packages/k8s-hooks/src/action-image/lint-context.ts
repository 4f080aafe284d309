import { normalize } from 'node:path/posix'
import { Add, Copy, DockerfileParser } from 'dockerfile-ast'
import type { BuilderSettings } from '../config/settings.ts'
import { instructionWarning, type LintWarning } from './lint-warning.ts'
import { pathsTaken } from './paths-taken.ts'
import type { ContextEntry } from './scan-context.ts'

const setuidAndSetgid = 0o6000
const namesShown = 3

/** What the chosen builder makes in silence of these files otherwise than Docker would. Empty for a Dockerfile that copies none of them. */
export function lintContext(
  content: string,
  entries: readonly ContextEntry[],
  { kind }: Pick<BuilderSettings, 'kind'>
): readonly LintWarning[] {
  if (kind !== 'buildah') return []
  const dockerfile = DockerfileParser.parse(content)
  return dockerfile.getInstructions().flatMap(instruction => {
    if (!(instruction instanceof Copy || instruction instanceof Add)) return []
    const sources = pathsTaken(instruction, dockerfile).map(path => normalize(`/${path}`).replace(/\/$/, ''))
    return lostBits(sources, entries).map(text => instructionWarning(instruction, text))
  })
}

/** https://github.com/containers/buildah/issues/574. Of directories nothing is said: a volume's fsGroup sets the bit on each of them. */
function lostBits(sources: readonly string[], entries: readonly ContextEntry[]): readonly string[] {
  const lost = entries.filter(
    entry =>
      entry.kind === 'file' && (entry.mode & setuidAndSetgid) !== 0 && sources.some(source => takes(source, entry))
  )
  if (lost.length === 0) return []
  const names = lost.slice(0, namesShown).map(({ path }) => path)
  const more = lost.length > names.length ? ` and ${lost.length - names.length} more` : ''
  return [`Buildah clears setuid and setgid of ${names.join(', ')}${more}`]
}

/** Of a pattern, what stands before its first sign counts. */
function takes(source: string, { path }: ContextEntry): boolean {
  const sign = source.search(/[*?[]/)
  if (sign >= 0) return `/${path}`.startsWith(source.slice(0, sign))
  return `/${path}` === source || `/${path}`.startsWith(`${source}/`)
}
